// All that one record says: the sentence of its outcome, before and after, and how to find it again.
import { Content } from '@patternfly/react-core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditRecord } from '@/api/types';
import { type Changed, machineIds, readDetail } from '@/lib/audit';
import { dateTime } from '@/lib/format';
import { CopyText } from '@/ui/Copy';
import { useInstances } from '../instances/hooks';
import { useRole } from '../session/hooks';
import { ChangesTable } from './ChangesTable';
import { fieldName, objectText, valueText } from './words';

export function AuditDetails({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { changes, facts } = readDetail(record.detail);
  return (
    <div className="ou-record">
      {record.via === 'outside' && <Content component="p">{t('audit.outsideHelp')}</Content>}
      {changes.length > 0 && <Changes changes={changes} />}
      <dl className="ou-record__facts">
        {facts.map(({ field, value }) => (
          <Item key={field} term={fieldName(t, field)}>
            <Value field={field} value={value} />
          </Item>
        ))}
        <Origin record={record} />
      </dl>
      <More record={record} />
    </div>
  );
}

function Item({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="ou-break">{children}</dd>
    </div>
  );
}

function Changes({ changes }: { changes: Changed[] }) {
  const { t } = useTranslation();
  const rows = changes.map(({ field, before, after }) => ({
    field: fieldName(t, field),
    before: <Value field={field} value={before} />,
    after: <Value field={field} value={after} />,
  }));
  return <ChangesTable rows={rows} />;
}

function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation();
  const ids = machineIds(field, value);
  return ids ? <Machines ids={ids} /> : valueText(t, field, value);
}

/** By name, as far as the one who looks knows them. */
function Machines({ ids }: { ids: string[] }) {
  const { t } = useTranslation();
  const { data, isPending } = useInstances();
  if (isPending) return t('tokens.machines', { count: ids.length });
  const names = new Map(data?.map(({ id, name }) => [id, name]));
  return ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 && ', '}
      {names.has(id) ? <Link to={`/instances/${id}`}>{names.get(id)}</Link> : id}
    </Fragment>
  ));
}

function Origin({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { seq, at, via, means, address, request_id } = record;
  return (
    <>
      <Item term={t('audit.record')}>
        {seq} · {dateTime(at)}
      </Item>
      <Item term={t('audit.from')}>
        {[means ? t('audit.byToken', { name: means }) : t(`audit.via.${via}`), address]
          .filter(Boolean)
          .join(' · ')}
      </Item>
      {request_id && (
        <Item term={t('audit.request')}>
          <code>
            <CopyText text={request_id} label={t('app.copy')} done={t('app.copied')} />
          </code>
        </Item>
      )}
    </>
  );
}

/** For those who may read the whole log. */
function More({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const { actor, object, object_name } = record;
  if (!isStaff) return null;
  const to = (key: string, value: string) => `/activity?${new URLSearchParams({ [key]: value })}`;
  return (
    <div className="ou-record__more">
      {object && (
        <Link to={to('object', object)}>
          {t('audit.allAbout', { name: objectText(t, object, object_name) })}
        </Link>
      )}
      {actor && <Link to={to('actor', actor)}>{t('audit.allBy', { name: actor })}</Link>}
    </div>
  );
}
