// What can be done with a request: staff decide it, who asked withdraws it.
import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Request } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useRefusal, useRole, useSignedIn } from '../session/hooks';
import { ApproveDialog } from './ApproveDialog';
import { RefuseDialog } from './RefuseDialog';
import { useWithdraw } from './hooks';

export function RequestActions({ request }: { request: Request }) {
  const { user } = useSignedIn();
  const isStaff = useRole('staff');
  return (
    <span className="ou-rowactions ou-gap">
      {isStaff && <DecideButtons request={request} />}
      {request.requester === user && <WithdrawButton request={request} />}
    </span>
  );
}

function DecideButtons({ request }: { request: Request }) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const isAdministrator = useRole('administrator');
  const refused = useRefusal('manage', 'requests');
  const [dialog, setDialog] = useState<'approve' | 'refuse' | null>(null);
  const own = request.requester === user && !isAdministrator ? t('requests.notOwn') : null;
  const reason = refused ?? own;
  const close = () => setDialog(null);
  return (
    <>
      <ReasonButton
        size="sm"
        variant="secondary"
        reason={reason}
        onClick={() => setDialog('approve')}
      >
        {t('requests.approve')}
      </ReasonButton>
      <ReasonButton size="sm" variant="link" reason={reason} onClick={() => setDialog('refuse')}>
        {t('requests.refuse')}
      </ReasonButton>
      {dialog === 'approve' && <ApproveDialog request={request} onClose={close} />}
      {dialog === 'refuse' && <RefuseDialog request={request} onClose={close} />}
    </>
  );
}

function WithdrawButton({ request }: { request: Request }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const withdraw = useWithdraw();
  return (
    <Button
      size="sm"
      variant="link"
      isDisabled={withdraw.isPending}
      onClick={() =>
        withdraw.mutate(request.id, {
          onError: (error) =>
            toast({ variant: 'danger', title: t('requests.failed'), text: errorText(error) }),
        })
      }
    >
      {t('requests.withdraw')}
    </Button>
  );
}
