// The rights of grants as columns of check boxes that act at once.
import { Button, Checkbox } from '@patternfly/react-core';
import { TrashIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Grant, Rights } from '@/api/types';
import type { Column } from '@/ui/DataTable';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { RIGHTS, withImplied } from './rights';

interface Options<T extends Grant> {
  /** What the row is about, for those who do not see the table. */
  name: (grant: T) => string;
  /** Why it cannot be changed; null when it can. */
  reason: (grant: T) => string | null;
  put: (grant: T, rights: Rights) => Promise<unknown>;
  remove: (grant: T) => Promise<unknown>;
}

export function useRightColumns<T extends Grant>(options: Options<T>): Column<T>[] {
  const { t } = useTranslation();
  return [
    ...RIGHTS.map((right) => ({
      key: right,
      label: t(`access.right.${right}`),
      narrow: 'quarter' as const,
      cell: (grant: T) => <RightBox grant={grant} right={right} {...options} />,
    })),
    {
      key: 'remove',
      label: '',
      isAction: true,
      cell: (grant) =>
        options.reason(grant) === null ? <RemoveButton grant={grant} {...options} /> : null,
    },
  ];
}

/** Runs a change, and tells when it was refused. */
function useAct() {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const [isBusy, setBusy] = useState(false);
  const act = (change: Promise<unknown>) => {
    setBusy(true);
    void change
      .catch((error) =>
        toast({ variant: 'danger', title: t('access.failed'), text: errorText(error) }),
      )
      .finally(() => setBusy(false));
  };
  return { act, isBusy };
}

type BoxProps<T extends Grant> = Options<T> & { grant: T; right: keyof Rights };

function RightBox<T extends Grant>({ grant, right, name, reason, put }: BoxProps<T>) {
  const { t } = useTranslation();
  const { act, isBusy } = useAct();
  const [wanted, setWanted] = useState(false);
  const rights = Object.fromEntries(RIGHTS.map((key) => [key, grant[key]])) as unknown as Rights;
  const isImplied = right === 'see' || (right === 'view' && grant.console);
  const greyed = reason(grant) ?? (isImplied ? t('access.implied') : null);
  return (
    <Checkbox
      id={`${name(grant)}-${grant.grantee}-${right}`}
      label={<span className="ou-box__label">{t(`access.right.${right}`)}</span>}
      aria-label={t('access.rightOf', {
        name: name(grant),
        right: t(`access.right.${right}`),
      })}
      isChecked={isBusy ? wanted : grant[right]}
      isDisabled={greyed !== null || isBusy}
      title={greyed ?? undefined}
      onChange={(_, checked) => {
        setWanted(checked);
        act(put(grant, withImplied({ ...rights, [right]: checked })));
      }}
    />
  );
}

function RemoveButton<T extends Grant>({ grant, name, remove }: Options<T> & { grant: T }) {
  const { t } = useTranslation();
  const { act, isBusy } = useAct();
  return (
    <Button
      variant="plain"
      icon={<TrashIcon />}
      aria-label={t('access.remove', { name: name(grant) })}
      isDisabled={isBusy}
      onClick={() => act(remove(grant))}
    />
  );
}
