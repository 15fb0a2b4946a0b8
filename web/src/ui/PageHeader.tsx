// The top of a page: where one is, what it is, what can be done.
import { Breadcrumb, BreadcrumbItem, PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface Props {
  title: string;
  /** Beside the title: a state. */
  badge?: ReactNode;
  /** Under or beside the title, in small grey letters. */
  subtitle?: ReactNode;
  crumbs?: { label: string; to: string }[];
  actions?: ReactNode;
}

export function PageHeader({ title, badge, subtitle, crumbs, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Ourea`;
  }, [title]);
  return (
    <PageSection className="ou-header">
      {crumbs && (
        <Breadcrumb className="ou-header__crumbs">
          {crumbs.map(({ label, to }) => (
            <BreadcrumbItem
              key={to}
              render={(props) => (
                <Link {...crumbLink(props)} to={to}>
                  {label}
                </Link>
              )}
            />
          ))}
          <BreadcrumbItem isActive>{title}</BreadcrumbItem>
        </Breadcrumb>
      )}
      <div className="ou-header__row">
        <div className="ou-header__words">
          <div className="ou-header__title">
            <Title headingLevel="h1" size="2xl">
              {title}
            </Title>
            {badge}
          </div>
          {subtitle && <div className="ou-header__subtitle">{subtitle}</div>}
        </div>
        {actions && <div className="ou-header__actions">{actions}</div>}
      </div>
    </PageSection>
  );
}

const crumbLink = ({ className }: { className: string }) => ({ className });
