// Text that a click puts on the clipboard.
import { CheckIcon } from '@patternfly/react-icons';
import { useEffect, useState } from 'react';

interface Props {
  text: string;
  label: string;
  done: string;
}

export function CopyText({ text, label, done }: Props) {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      className="ou-copy"
      title={copied ? done : label}
      aria-label={`${text}, ${copied ? done : label}`}
      onClick={() => copy(text)}
    >
      {text}
      {copied && <CheckIcon className="ou-good ou-copy__done" />}
    </button>
  );
}

/** Copies, and knows for two seconds that it has. */
export function useCopied(): [copied: boolean, copy: (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, (text) => void writeClipboard(text).then(setCopied)];
}

/** Plain HTTP has no clipboard API; there a hidden field and the old command do it. */
async function writeClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'ou-offscreen';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
