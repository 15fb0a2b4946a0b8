// Who did what, over the whole site: filters in the URL, exports of the same, the mark of the proof.
import { Button, PageSection } from '@patternfly/react-core';
import { DownloadIcon, HistoryIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { type AuditQuery, auditExport } from '@/api/infrastructure';
import type { AuditRecord } from '@/api/types';
import { type AuditFilter, FILTERS, readFilter, toQuery } from '@/lib/audit';
import { Empty } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { useSetParameter } from '@/ui/parameters';
import { AuditFilters } from './AuditFilters';
import { AuditTable } from './AuditTable';
import { useAudit } from './hooks';
import { ProofMark } from './ProofMark';

export function ActivityPage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const set = useSetParameter();
  const filter = readFilter(parameters);
  const query = toQuery(filter);
  const audit = useAudit(query);
  const records = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const clear = () => setParameters({}, { replace: true });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader
        title={t('pages.activity')}
        subtitle={t('audit.lead')}
        actions={<Exports query={query} />}
      />
      <PageSection isFilled>
        <ProofMark />
        <AuditFilters
          values={written(parameters)}
          filter={filter}
          objectName={nameOf(filter.object, records)}
          actions={suggested(records)}
          set={set}
          clear={clear}
        />
        <AuditTable query={audit} empty={isFiltered && <NothingFound clear={clear} />} />
      </PageSection>
    </>
  );
}

/** As it is being typed: blanks at the end belong to it. */
function written(parameters: URLSearchParams): AuditFilter {
  return Object.fromEntries(FILTERS.map((key) => [key, parameters.get(key) ?? '']));
}

const nameOf = (object: string | undefined, records: AuditRecord[]) =>
  (object && records.find((record) => record.object === object)?.object_name) || null;

/** The actions that are in sight, and their kinds. */
function suggested(records: AuditRecord[]): string[] {
  const actions = records.map(({ action }) => action);
  const kinds = actions.map((action) => action.replace(/\..*$/, '.'));
  return [...new Set([...kinds, ...actions])].sort();
}

function Exports({ query }: { query: AuditQuery }) {
  const { t } = useTranslation();
  return (['csv', 'jsonl'] as const).map((format) => (
    <Button
      key={format}
      component="a"
      variant="secondary"
      icon={<DownloadIcon />}
      href={auditExport(query, format)}
      download={`ourea-audit.${format}`}
      title={t(`audit.exportHelp.${format}`)}
    >
      {t(`audit.export.${format}`)}
    </Button>
  ));
}

function NothingFound({ clear }: { clear: () => void }) {
  const { t } = useTranslation();
  const action = (
    <Button variant="link" onClick={clear}>
      {t('filter.clear')}
    </Button>
  );
  return (
    <Empty icon={HistoryIcon} title={t('audit.noMatch')} action={action}>
      {t('audit.noMatchHelp')}
    </Empty>
  );
}
