// My tokens, for scripts that act in my name.
import { Button, Content } from '@patternfly/react-core';
import { KeyIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/ui/Feedback';
import { TokenTable } from '../people/TokenTable';
import { useRevokeToken, useTokens } from './hooks';
import { TokenDialog } from './TokenDialog';

export function TokensTab() {
  const { t } = useTranslation();
  const tokens = useTokens();
  const revoke = useRevokeToken();
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button variant="secondary" icon={<PlusCircleIcon />} onClick={() => setMaking(true)}>
      {t('tokens.make')}
    </Button>
  );
  return (
    <>
      {tokens.data?.length !== 0 && (
        <div className="ou-bar">
          <Content component="p">{t('tokens.lead')}</Content>
          {make}
        </div>
      )}
      <TokenTable
        query={tokens}
        revoke={revoke}
        empty={
          <Empty icon={KeyIcon} title={t('tokens.none')} action={make}>
            {t('tokens.noneHelp')}
          </Empty>
        }
      />
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
    </>
  );
}
