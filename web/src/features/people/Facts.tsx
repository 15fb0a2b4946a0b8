// A short list of facts about a user or group.
import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export function FactsCard({ children, foot }: { children: ReactNode; foot?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('facts.title')}</CardTitle>
      <CardBody>
        <DescriptionList
          isCompact
          isHorizontal
          horizontalTermWidthModifier={{ default: '12ch' }}
          className="ou-facts"
        >
          {children}
        </DescriptionList>
        {foot && <div className="ou-card__foot">{foot}</div>}
      </CardBody>
    </Card>
  );
}

export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
