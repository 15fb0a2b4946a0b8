// From what: a card per template, with its system's icon and its size.
import { Card, CardBody, CardHeader, CardTitle, FormGroup, Gallery } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { gib, mib } from '@/lib/format';
import { SystemIcon } from '@/ui/SystemIcon';
import type { NewForm, Source } from './useNewForm';

export function SourceCards({ form }: { form: NewForm }) {
  const { t } = useTranslation();
  return (
    <FormGroup label={t('new.from')} role="radiogroup" fieldId="source">
      <Gallery hasGutter minWidths={{ default: '210px' }}>
        {form.sources.map((source) => (
          <SourceCard
            key={source.id}
            source={source}
            isChosen={source.id === form.source?.id}
            onChoose={() => form.choose(source.id)}
          />
        ))}
      </Gallery>
    </FormGroup>
  );
}

interface CardProps {
  source: Source;
  isChosen: boolean;
  onChoose: () => void;
}

function SourceCard({ source, isChosen, onChoose }: CardProps) {
  const { t } = useTranslation();
  const id = `source-${source.id}`;
  const note = source.isTemplate ? source.description : t('new.ownMachine');
  const size = [
    t('instances.vcpus', { count: source.vcpus }),
    mib(source.memory_mib),
    gib(source.disk_gib),
  ];
  return (
    <Card id={id} isCompact isSelectable isSelected={isChosen} className="ou-source">
      <CardHeader
        selectableActions={{
          selectableActionId: `${id}-input`,
          selectableActionAriaLabelledby: `${id}-title`,
          name: 'source',
          variant: 'single',
          isHidden: true,
          onChange: onChoose,
        }}
      >
        <CardTitle id={`${id}-title`}>
          <span className="ou-source__title">
            <SystemIcon name={`${source.name} ${source.title ?? ''}`} />
            <span className="ou-break">{source.title ?? source.name}</span>
          </span>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <div>{size.join(' · ')}</div>
        {note && <div className="ou-small ou-source__note">{note}</div>}
      </CardBody>
    </Card>
  );
}
