// What changed, field by field, before and after.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface ChangeRow {
  field: string; // in words
  before: ReactNode;
  after: ReactNode;
}

export function ChangesTable({ rows }: { rows: ChangeRow[] }) {
  const { t } = useTranslation();
  return (
    <table className="ou-changes">
      <thead>
        <tr>
          <th scope="col">{t('audit.changed')}</th>
          <th scope="col">{t('audit.before')}</th>
          <th scope="col">{t('audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td>{before}</td>
            <td>
              <span aria-hidden="true">→ </span>
              {after}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
