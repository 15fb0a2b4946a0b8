// Imports names from CSV, pasted or from a file; every mistake is shown with its line.
import { Button, List, ListItem, TextArea } from '@patternfly/react-core';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { type CsvFault, type CsvName, parseNames } from '@/lib/csv';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useImportNames } from './hooks';

const FAULTS_SHOWN = 8;

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const [text, setText] = useState('');
  const { items, faults } = parseNames(text);
  const add = useImportNames();
  const error = useImportError(add.error, items);
  const run = () =>
    add.mutate(items, {
      onSuccess: ({ added, updated, unchanged }) => {
        toast({ variant: 'success', title: t('names.imported', { added, updated, unchanged }) });
        onClose();
      },
    });
  return (
    <Dialog
      title={t('names.import')}
      size="medium"
      confirm={t('names.importCount', { count: items.length })}
      cancel={t('app.cancel')}
      isBusy={add.isPending}
      isBlocked={items.length === 0 || faults.length > 0}
      error={error}
      onConfirm={run}
      onClose={onClose}
    >
      <Field id="names-csv" label={t('names.csv')} help={t('names.csvHelp')}>
        <CsvInput text={text} setText={setText} />
      </Field>
      {faults.length > 0 && <Faults faults={faults} />}
    </Dialog>
  );
}

/** The server names a wrong row by its place in the list; people look for the name. */
function useImportError(error: Error | null, items: CsvName[]): string | null {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (!error) return null;
  const text = errorText(error);
  const index =
    error instanceof ApiError ? /^items\[(\d+)\]/.exec(error.field ?? '')?.[1] : undefined;
  const row = index === undefined ? undefined : items[Number(index)];
  return row ? t('names.rowError', { name: row.name, text }) : text;
}

/** Text to paste into, a file to choose, or one to drop onto the text. */
function CsvInput({ text, setText }: { text: string; setText: (text: string) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file) setText(await file.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  return (
    <>
      <TextArea
        id="names-csv"
        className="ou-csv"
        value={text}
        rows={10}
        placeholder={EXAMPLE}
        aria-describedby="names-csv-help"
        resizeOrientation="vertical"
        onChange={(_, value) => setText(value)}
        onDrop={drop}
      />
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv"
        aria-label={t('names.browse')}
        hidden
        onChange={(event) => void read(event.target.files?.[0])}
      />
      <Button variant="link" isInline onClick={() => input.current?.click()}>
        {t('names.browse')}
      </Button>
    </>
  );
}

const EXAMPLE = 'name,mac,ip,pool\nourea1,52:54:00:4a:01:01,192.0.2.11,ourea';

function Faults({ faults }: { faults: CsvFault[] }) {
  const { t } = useTranslation();
  const more = faults.length - FAULTS_SHOWN;
  return (
    <Notice isLive variant="danger" title={t('names.faults', { count: faults.length })}>
      <List isPlain>
        {faults.slice(0, FAULTS_SHOWN).map(({ kind, line, value }) => (
          <ListItem key={`${line}-${kind}`}>{t(`names.fault.${kind}`, { line, value })}</ListItem>
        ))}
        {more > 0 && <ListItem>{t('names.moreFaults', { count: more })}</ListItem>}
      </List>
    </Notice>
  );
}
