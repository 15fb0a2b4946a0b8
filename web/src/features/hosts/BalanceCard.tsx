// Which migrations would even out the hosts; each is done by hand, in the dialog of migration.
import { Button, Card, CardBody, CardHeader, CardTitle, Spinner } from '@patternfly/react-core';
import { SyncAltIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BalanceGroup, RecommendedMove } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { Failure } from '@/ui/Feedback';
import { Status } from '@/ui/Status';
import { useErrorText } from '../errors';
import { useInstanceDialogs } from '../instances/dialogContext';
import { useReadOnly } from '../session/hooks';
import { useBalance } from './hooks';

export function BalanceCard() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error, isFetching, refetch } = useBalance();
  const again = (
    <Button
      variant="link"
      isInline
      icon={<SyncAltIcon />}
      isDisabled={isFetching}
      onClick={() => void refetch()}
    >
      {t('balance.again')}
    </Button>
  );
  const groups = data ?? [];
  return (
    <Card isCompact>
      <CardHeader actions={{ actions: again }}>
        <CardTitle component="h2">{t('balance.title')}</CardTitle>
      </CardHeader>
      <CardBody>
        {error && !data && <Failure title={t('error.load')} text={errorText(error)} />}
        {isFetching && (
          <div className="ou-asking" role="status">
            <Spinner size="md" aria-hidden="true" />
            {t('balance.asking')}
          </div>
        )}
        {!isFetching && data && groups.every(({ moves }) => moves.length === 0) && (
          <Status kind="good">{t('balance.even')}</Status>
        )}
        {!isFetching &&
          groups
            .filter(({ moves }) => moves.length > 0)
            .map((group) => <Group key={group.cluster ?? ''} group={group} />)}
      </CardBody>
    </Card>
  );
}

function Group({ group }: { group: BalanceGroup }) {
  const { t } = useTranslation();
  return (
    <section className="ou-after">
      <h3>
        {group.cluster === null
          ? t('balance.noCluster')
          : t('balance.cluster', { name: group.cluster })}
      </h3>
      <ul className="ou-moves" role="list">
        {group.moves.map((move) => (
          <Recommendation key={move.instance} move={move} />
        ))}
      </ul>
    </section>
  );
}

function Recommendation({ move }: { move: RecommendedMove }) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  const reason = useReadOnly();
  const { instance, name, from, to } = move;
  return (
    <li className="ou-move ou-move--wide">
      <div>
        <Link to={`/instances/${instance}`} className="ou-name ou-break">
          {name}
        </Link>{' '}
        {t('balance.move', { from, to })}
        <div className="ou-small">{move.reason}</div>
      </div>
      <ReasonButton
        variant="secondary"
        size="sm"
        reason={reason}
        onClick={() => open({ kind: 'migrate', id: instance, host: to })}
      >
        {t('balance.migrate')}
      </ReasonButton>
    </li>
  );
}
