// Where new machines go: spread over the hosts or packed, and which tags keep machines apart.
import { ActionGroup, Card, CardBody, CardTitle, Form, Radio } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlacementRules, Settings } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { Field } from '@/ui/Field';
import { ErrorNotice } from '@/ui/Notice';
import { TagsField } from '@/ui/TagsField';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useRefusal } from '../session/hooks';
import { usePutSettings } from './hooks';

const STRATEGIES = ['spread', 'pack'] as const;

export function PlacementCard({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const toast = useToast();
  const reason = useRefusal('manage', 'settings');
  const [rules, setRules] = useState<PlacementRules>(settings.placement);
  const put = usePutSettings();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(
      { new_accounts: settings.new_accounts, placement: rules },
      { onSuccess: () => toast({ variant: 'success', title: t('settings.saved') }) },
    );
  };
  return (
    <Form className="ou-settings" onSubmit={submit}>
      <Card isCompact>
        <CardTitle component="h2">{t('placement.title')}</CardTitle>
        <CardBody>
          <div className="ou-stack">
            <Strategies rules={rules} onChange={setRules} />
            <TagsField
              id="spread-tags"
              label={t('placement.apart')}
              help={t('placement.apartHelp')}
              tags={rules.spread_tags}
              onChange={(spread_tags) => setRules({ ...rules, spread_tags })}
              removeLabel={(tag) => t('tags.remove', { tag })}
            />
            <TagsField
              id="strict-spread-tags"
              label={t('placement.strict')}
              help={t('placement.strictHelp')}
              tags={rules.strict_spread_tags}
              onChange={(strict_spread_tags) => setRules({ ...rules, strict_spread_tags })}
              removeLabel={(tag) => t('tags.remove', { tag })}
            />
          </div>
        </CardBody>
      </Card>
      <ErrorNotice text={put.error && errorText(put.error)} />
      <ActionGroup>
        <ReasonButton
          type="submit"
          reason={reason}
          isLoading={put.isPending}
          isDisabled={put.isPending}
        >
          {t('app.save')}
        </ReasonButton>
      </ActionGroup>
    </Form>
  );
}

interface StrategiesProps {
  rules: PlacementRules;
  onChange: (rules: PlacementRules) => void;
}

function Strategies({ rules, onChange }: StrategiesProps) {
  const { t } = useTranslation();
  return (
    <Field id="strategy" label={t('placement.strategy')}>
      <div className="ou-choices" role="radiogroup" aria-label={t('placement.strategy')}>
        {STRATEGIES.map((strategy) => (
          <Radio
            key={strategy}
            id={`strategy-${strategy}`}
            name="strategy"
            label={t(`placement.${strategy}.label`)}
            description={t(`placement.${strategy}.help`)}
            isChecked={rules.strategy === strategy}
            onChange={() => onChange({ ...rules, strategy })}
          />
        ))}
      </div>
    </Field>
  );
}
