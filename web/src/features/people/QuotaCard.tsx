// What a user or group may take and takes, with what is lent to them.
import { Button, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Allowance, Holder, Loan } from '@/api/types';
import { type Amounts, some } from '@/lib/amounts';
import { dateMinute } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { allowance, amount, QuotaBars } from '../users/QuotaBars';
import { useEndLoan, useLoans } from './hooks';

interface QuotaCardProps {
  of: Allowance;
  actions?: ReactNode;
}

export function QuotaCard({ of, actions }: QuotaCardProps) {
  const { t } = useTranslation();
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('quota.title')}</CardTitle>
      <CardBody>
        <QuotaBars {...allowance(of)} isComplete />
        {actions && <div className="ou-card__foot">{actions}</div>}
      </CardBody>
    </Card>
  );
}

/** Amounts in words: "vCPU 2, Memory 4 GiB". */
export function useAmountText() {
  const { t } = useTranslation();
  return (amounts: Partial<Amounts>) =>
    some(amounts)
      .map(({ dimension, amount: value }) =>
        t('quota.amount', { what: t(`quota.${dimension}`), amount: amount(dimension, value) }),
      )
      .join(', ');
}

interface LoansProps {
  holder: Holder;
  canEnd?: boolean;
}

/** Nothing as long as nothing was ever lent. */
export function LoansCard({ holder, canEnd }: LoansProps) {
  const { t } = useTranslation();
  const { data } = useLoans(holder);
  const columns = useLoanColumns(holder, canEnd ?? false);
  if (!data || data.length === 0) return null;
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('loans.title')}</CardTitle>
      <CardBody>
        <DataTable
          label={t('loans.title')}
          columns={columns}
          rows={data}
          rowKey={({ id }) => id}
          prefix="loan-"
          isProse
          empty={null}
        />
      </CardBody>
    </Card>
  );
}

function useLoanColumns(holder: Holder, canEnd: boolean): Column<Loan>[] {
  const { t } = useTranslation();
  const text = useAmountText();
  const end: Column<Loan> = {
    key: 'end',
    label: '',
    isAction: true,
    cell: (loan) => (loan.active ? <EndLoan loan={loan} holder={holder} /> : null),
  };
  return [
    { key: 'what', label: t('loans.what'), width: 30, cell: (loan) => text(loan) },
    {
      key: 'until',
      label: t('loans.until'),
      fit: true,
      cell: ({ expires_at, active }) => (
        <>
          {dateMinute(expires_at)}
          {!active && <div className="ou-small">{t('loans.over')}</div>}
        </>
      ),
    },
    {
      key: 'reason',
      label: t('loans.reason'),
      cell: ({ reason, granted_by }) => (
        <>
          <span className="ou-break">{reason}</span>
          <div className="ou-small">{t('loans.by', { name: granted_by })}</div>
        </>
      ),
    },
    ...(canEnd ? [end] : []),
  ];
}

function EndLoan({ loan, holder }: { loan: Loan; holder: Holder }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const end = useEndLoan(holder);
  return (
    <Button
      variant="plain"
      icon={<TrashIcon />}
      aria-label={t('loans.end', { reason: loan.reason })}
      isDisabled={end.isPending}
      onClick={() =>
        end.mutate(loan.id, {
          onError: (error) =>
            toast({ variant: 'danger', title: t('loans.endFailed'), text: errorText(error) }),
        })
      }
    />
  );
}
