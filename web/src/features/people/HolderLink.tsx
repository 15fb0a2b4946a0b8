// The name of a user or group, with its sign, leading to its page where one may see it.
import { UserIcon, UsersIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Holder } from '@/api/types';
import { holderName, kindOf } from '@/lib/holder';
import { useMe, useRole } from '../session/hooks';

export function HolderLink({ holder }: { holder: Holder }) {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const { data: me } = useMe();
  const kind = kindOf(holder);
  const name = holderName(holder);
  const isMine = kind === 'group' && (me?.groups.includes(name) ?? false);
  const Icon = kind === 'group' ? UsersIcon : UserIcon;
  return (
    <span className="ou-holder-name">
      <Icon aria-label={t(`holder.${kind}`)} role="img" />
      {isStaff || isMine ? (
        <Link to={`/${kind}s/${encodeURIComponent(name)}`} className="ou-holder-name__text">
          {name}
        </Link>
      ) : (
        <span className="ou-holder-name__text">{name}</span>
      )}
    </span>
  );
}
