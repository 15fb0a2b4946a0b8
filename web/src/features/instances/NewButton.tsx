// Leads to the page where an instance is made; greyed for those who may only look.
import type { ButtonProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ReasonButton } from '@/ui/Actions';
import { useReadOnly } from '../session/hooks';

interface Props {
  to: string;
  variant?: ButtonProps['variant'];
  icon?: ReactNode;
  children: ReactNode;
}

export function NewButton({ to, variant, icon, children }: Props) {
  const reason = useReadOnly();
  const link: Pick<ButtonProps, 'component'> =
    reason === null ? { component: (props) => <Link {...props} to={to} /> } : {};
  return (
    <ReasonButton variant={variant ?? 'primary'} icon={icon} reason={reason} {...link}>
      {children}
    </ReasonButton>
  );
}
