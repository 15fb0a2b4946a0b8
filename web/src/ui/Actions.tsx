// Buttons and menu entries that can say why they are greyed.
import {
  Button,
  type ButtonProps,
  Dropdown,
  DropdownItem,
  DropdownList,
  MenuToggle,
  type MenuToggleElement,
  Tooltip,
} from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons';
import { type ReactNode, type Ref, useEffect, useState } from 'react';

interface ReasonButtonProps extends Omit<ButtonProps, 'isAriaDisabled' | 'ref'> {
  /** Why it cannot be pressed; null when it can. */
  reason: string | null;
}

export function ReasonButton({ reason, children, onClick, ...props }: ReasonButtonProps) {
  if (reason === null) {
    return (
      <Button {...props} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip content={reason}>
      <Button {...props} isAriaDisabled>
        {children}
      </Button>
    </Tooltip>
  );
}

interface ReasonItemProps {
  reason?: string | null;
  onClick: () => void;
  isDanger?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

export function ReasonItem({ reason = null, onClick, isDanger, icon, children }: ReasonItemProps) {
  return (
    <DropdownItem
      onClick={reason === null ? onClick : undefined}
      isDanger={(isDanger ?? false) && reason === null}
      icon={icon}
      isAriaDisabled={reason !== null}
      tooltipProps={reason === null ? undefined : { content: reason, position: 'left' }}
    >
      {children}
    </DropdownItem>
  );
}

interface MenuProps {
  label: string;
  /** The visible text of the toggle; three dots, or with a variant a caret, if left out. */
  text?: ReactNode;
  icon?: ReactNode;
  variant?: 'plain' | 'default' | 'primary' | 'secondary';
  className?: string;
  /** For a menu that is made only when it is asked for. */
  startsOpen?: boolean;
  children: ReactNode;
}

export function Menu({ label, text, icon, variant, className, startsOpen, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const [side, setSide] = useState<'left' | 'right'>('right');
  // The menu is placed beside its toggle, which has to be in the document first.
  useEffect(() => setOpen(startsOpen ?? false), [startsOpen]);
  const shape = variant ?? (text ? 'default' : 'plain');
  const toggle = (ref: Ref<MenuToggleElement>) => (
    <MenuToggle
      ref={ref}
      aria-label={label}
      variant={shape}
      isExpanded={isOpen}
      onClick={(event) => {
        setSide(sideOf(event.currentTarget));
        setOpen(!isOpen);
      }}
      icon={shape === 'plain' ? (icon ?? <EllipsisVIcon />) : icon}
      className={className}
    >
      {text}
    </MenuToggle>
  );
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={toggle}
      shouldFocusToggleOnSelect
      shouldFocusFirstItemOnOpen={startsOpen ?? false}
      isScrollable
      maxMenuHeight="70dvh"
      popperProps={{ position: side, preventOverflow: true }}
    >
      <DropdownList>{children}</DropdownList>
    </Dropdown>
  );
}

/** With which side of its toggle a menu is flush, so that it reaches into the window. */
function sideOf(toggle: Element): 'left' | 'right' {
  const { left, right } = toggle.getBoundingClientRect();
  return (left + right) / 2 < window.innerWidth / 2 ? 'left' : 'right';
}
