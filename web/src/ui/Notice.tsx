// What is to be noticed within a page or a dialog: that something is wrong, dangerous, or good to know.
import { Alert, type AlertProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface NoticeProps extends Pick<AlertProps, 'isPlain' | 'className' | 'actionLinks'> {
  variant: 'danger' | 'warning' | 'info';
  title: string;
  /** Comes while somebody is on the page, and is read out then. */
  isLive?: boolean;
  children?: ReactNode;
}

/** Its title is a heading only where there is something beneath it. */
export function Notice({ isLive = false, children, ...props }: NoticeProps) {
  return (
    <Alert {...props} isInline isLiveRegion={isLive} component={children ? 'h2' : 'p'}>
      {children}
    </Alert>
  );
}

/** Why what was wanted did not happen; nothing without an error. */
export function ErrorNotice({ text }: { text: string | null | undefined }) {
  return text ? <Notice isLive variant="danger" title={text} /> : null;
}
