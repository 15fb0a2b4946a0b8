// The palette: one box over machines, templates, pages and commands.
import { Modal, ModalBody, TextInputGroup, TextInputGroupMain } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { best } from '@/lib/match';
import { type Entry, useEntries } from './entries';

const SHOWN = 12;

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const entries = useEntries();
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const found = best(entries, query, (entry) => entry.search, SHOWN);
  const at = Math.min(index, Math.max(0, found.length - 1));
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') run(found[at]);
    else if (step && found.length > 0) setIndex((at + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      isOpen
      variant="medium"
      position="top"
      onClose={onClose}
      aria-label={t('palette.title')}
      className="ou-palette"
      elementToFocus="#palette-box"
    >
      <ModalBody>
        <TextInputGroup>
          <TextInputGroupMain
            icon={<SearchIcon />}
            inputId="palette-box"
            value={query}
            placeholder={t('palette.hint')}
            aria-label={t('palette.title')}
            role="combobox"
            isExpanded
            autoComplete="off"
            aria-controls="palette-list"
            aria-activedescendant={found[at] ? `palette-${at}` : undefined}
            onChange={(_, value) => {
              setQuery(value);
              setIndex(0);
            }}
            onKeyDown={onKey}
          />
        </TextInputGroup>
        <Results found={found} at={at} onRun={run} />
      </ModalBody>
    </Modal>
  );
}

interface ResultsProps {
  found: Entry[];
  at: number;
  onRun: (entry: Entry) => void;
}

function Results({ found, at, onRun }: ResultsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <>
      <div
        id="palette-list"
        ref={list}
        role="listbox"
        aria-label={t('palette.results')}
        className="ou-palette__list"
      >
        {found.map((entry, index) => (
          // The keyboard drives the list from the box above, by aria-activedescendant.
          <div
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="ou-palette__entry"
            onClick={() => onRun(entry)}
          >
            <entry.icon />
            <span>{entry.label}</span>
            <span className="ou-muted ou-palette__kind">{entry.note}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="ou-muted ou-palette__none">{t('palette.nothing')}</p>}
    </>
  );
}
