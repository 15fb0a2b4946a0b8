// What stands at an address where nothing is for whoever came there, with the way on.
import { PageSection } from '@patternfly/react-core';
import type { ComponentType } from 'react';
import { Link } from 'react-router';
import { Empty } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';

interface Props {
  icon: ComponentType;
  /** The name of the page. */
  heading: string;
  title: string;
  text: string;
  onward: { to: string; label: string };
}

export function DeadEnd({ icon, heading, title, text, onward }: Props) {
  return (
    <>
      <PageHeader title={heading} />
      <PageSection isFilled>
        <Empty icon={icon} title={title} action={<Link to={onward.to}>{onward.label}</Link>}>
          {text}
        </Empty>
      </PageSection>
    </>
  );
}
