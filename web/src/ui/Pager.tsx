// From which to which row a long table shows, and the way to the others.
import { Button } from '@patternfly/react-core';
import { AngleLeftIcon, AngleRightIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';

interface Props {
  total: number;
  perPage: number;
  page: number;
  onPage: (page: number) => void;
}

export function Pager({ total, perPage, page, onPage }: Props) {
  const { t } = useTranslation();
  const first = (page - 1) * perPage + 1;
  const last = Math.min(total, page * perPage);
  return (
    <nav className="ou-pager" aria-label={t('pager.title')}>
      <span>{t('pager.shown', { first, last, total })}</span>
      <Button
        variant="plain"
        icon={<AngleLeftIcon />}
        aria-label={t('pager.previous')}
        isDisabled={page <= 1}
        onClick={() => onPage(page - 1)}
      />
      <Button
        variant="plain"
        icon={<AngleRightIcon />}
        aria-label={t('pager.next')}
        isDisabled={last >= total}
        onClick={() => onPage(page + 1)}
      />
    </nav>
  );
}
