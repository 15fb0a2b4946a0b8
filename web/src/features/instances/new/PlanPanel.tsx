// Beside the form: the quota before and after, and the steps that creating would take.
import { Card, CardBody, CardTitle, List, ListItem, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Usage } from '@/api/types';
import { holderName } from '@/lib/holder';
import { useSignedIn } from '../../session/hooks';
import { QuotaBars } from '../../users/QuotaBars';
import type { NewForm, Source, Values } from './useNewForm';
import { WherePanel } from './WherePanel';

export function PlanPanel({ form }: { form: NewForm }) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const { quota, usage, source, values, plan } = form;
  const owner = holderName(values.owner).trim();
  const title = owner && owner !== user ? t('new.quotaOf', { owner }) : t('new.quota');
  return (
    <aside className="ou-new__plan" aria-label={t('new.plan')}>
      <Card isCompact>
        <CardTitle component="h2">{title}</CardTitle>
        <CardBody>
          {quota && usage && source ? (
            <QuotaBars quota={quota} usage={usage} after={after(usage, source, values)} />
          ) : (
            <Skeleton height="8rem" />
          )}
        </CardBody>
      </Card>
      <WherePanel plan={plan} />
      <Card isCompact>
        <CardTitle component="h2">{t('new.willHappen')}</CardTitle>
        <CardBody aria-live="polite">
          {plan.isError && <p className="ou-muted">{t('new.noPlan')}</p>}
          {!plan.isError && plan.data && (
            <List component="ol">
              {plan.data.steps.map((step) => (
                <ListItem key={step}>{step}</ListItem>
              ))}
            </List>
          )}
          {plan.isPending && <Skeleton height="5rem" />}
        </CardBody>
      </Card>
    </aside>
  );
}

/** Reckoned here, so that the bars follow the sliders without waiting for the server's plan. */
function after(usage: Usage, source: Source, values: Values): Usage {
  const vcpus = values.vcpus ?? source.vcpus;
  const memory = values.memory_mib ?? source.memory_mib;
  const started = values.start ? 1 : 0;
  return {
    instances: usage.instances + 1,
    vcpus: usage.vcpus + vcpus,
    memory_mib: usage.memory_mib + memory,
    disk_gib: usage.disk_gib + (values.disk_gib ?? source.disk_gib),
    running_instances: usage.running_instances + started,
    running_vcpus: usage.running_vcpus + started * vcpus,
    running_memory_mib: usage.running_memory_mib + started * memory,
  };
}
