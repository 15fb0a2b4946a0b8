// What can be done with an account, as a menu; greyed entries say why.
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { Menu, ReasonItem } from '@/ui/Actions';
import { useOffers, useRefusal, useSignedIn } from '../session/hooks';
import type { UserDialog } from './UserDialogs';

interface Props {
  user: User;
  onOpen: (dialog: UserDialog) => void;
  /** With a word rather than three dots. */
  withText?: boolean;
}

/** Null when I may manage the account: staff look after ordinary ones. */
export function useManageRefusal(user: User): string | null {
  const { t } = useTranslation();
  const manage = useRefusal('manage', 'users');
  const appoint = useRefusal('appoint', 'users');
  if (manage || user.role === 'user') return manage;
  return appoint && t('users.administratorsOnly');
}

export function UserMenu({ user, onOpen, withText }: Props) {
  const { t } = useTranslation();
  const me = useSignedIn();
  const manage = useManageRefusal(user);
  const offersLoans = useOffers('loans');
  const own = user.name === me.user ? t('users.notYourself') : null;
  const foreign = user.source === 'proxy' ? t('users.passwordElsewhere') : null;
  return (
    <Menu
      label={t('instances.actionsOf', { name: user.name })}
      text={withText && t('instances.actions')}
    >
      <ReasonItem reason={manage} onClick={() => onOpen({ kind: 'quota', user })}>
        {t('users.editQuota')}
      </ReasonItem>
      {offersLoans && (
        <ReasonItem reason={manage} onClick={() => onOpen({ kind: 'lend', user })}>
          {t('loans.lendMenu')}
        </ReasonItem>
      )}
      <ReasonItem reason={manage} onClick={() => onOpen({ kind: 'edit', user })}>
        {t('users.edit')}
      </ReasonItem>
      <ReasonItem reason={manage ?? foreign} onClick={() => onOpen({ kind: 'password', user })}>
        {t('users.resetPassword')}
      </ReasonItem>
      <ReasonItem isDanger reason={own ?? manage} onClick={() => onOpen({ kind: 'delete', user })}>
        {t('users.delete')}
      </ReasonItem>
    </Menu>
  );
}
