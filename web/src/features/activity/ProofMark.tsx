// Whether the chain of records was found whole, up to where, and what to do if it was not.
import { Button } from '@patternfly/react-core';
import { CheckCircleIcon, InfoCircleIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import type { AuditHead } from '@/api/types';
import { proofOf } from '@/lib/audit';
import { dateTime } from '@/lib/format';
import { Notice } from '@/ui/Notice';
import { useErrorText } from '../errors';
import { useAuditHead, useCheckAudit } from './hooks';

export function ProofMark() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const head = useAuditHead();
  const check = useCheckAudit();
  if (!head.data) return <div className="ou-proof">{head.error && errorText(head.error)}</div>;
  const again = (
    <Button
      variant="link"
      isInline
      isLoading={check.isPending}
      isDisabled={check.isPending}
      onClick={() => check.mutate()}
    >
      {check.isPending ? t('audit.proof.checking') : t('audit.proof.check')}
    </Button>
  );
  return (
    <div className="ou-proof" role="status">
      <Outcome head={head.data} />
      {again}
      {check.error && <span className="ou-bad">{errorText(check.error)}</span>}
    </div>
  );
}

function Outcome({ head }: { head: AuditHead }) {
  const { t } = useTranslation();
  const { seq, verified_at, problem } = head;
  const proof = proofOf(head);
  const time = verified_at ? dateTime(verified_at) : '';
  if (proof === 'broken') {
    return (
      <Notice variant="danger" title={t('audit.proof.broken')} className="ou-proof__alert">
        <p>{problem}</p>
        <p>
          {t('audit.proof.brokenHelp')} <code>ourea audit verify</code>
        </p>
      </Notice>
    );
  }
  if (proof === 'unknown') {
    return (
      <span>
        <InfoCircleIcon className="ou-muted" /> {t('audit.proof.unknown')}
      </span>
    );
  }
  return (
    <span>
      <CheckCircleIcon className="ou-good" /> {t(`audit.proof.${proof}`, { seq, time })}
    </span>
  );
}
