// All that one record says: the sentence of its outcome, before and after, and how to find it again.
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AuditRecord } from '@/api/types';
import { type Changed, readDetail } from '@/lib/audit';
import { dateTime } from '@/lib/format';
import { CopyText } from '@/ui/Copy';
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
            {valueText(t, field, value)}
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
    before: valueText(t, field, before),
    after: valueText(t, field, after),
  }));
  return <ChangesTable rows={rows} />;
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
