// A filter with several choices, each with a check mark.
import {
  Badge,
  MenuToggle,
  type MenuToggleElement,
  Select,
  SelectList,
  SelectOption,
} from '@patternfly/react-core';
import { type Ref, useState } from 'react';

interface Props {
  label: string;
  options: { value: string; label: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function FilterSelect({ label, options, chosen, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const flip = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value]);
  const toggle = (ref: Ref<MenuToggleElement>) => (
    <MenuToggle
      ref={ref}
      isExpanded={isOpen}
      onClick={() => setOpen(!isOpen)}
      badge={chosen.length > 0 ? <Badge isRead>{chosen.length}</Badge> : undefined}
    >
      {label}
    </MenuToggle>
  );
  return (
    <Select
      role="menu"
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={(_, value) => flip(String(value))}
      selected={chosen}
      toggle={toggle}
      isScrollable
    >
      <SelectList>
        {options.map((option) => (
          <SelectOption
            key={option.value}
            value={option.value}
            hasCheckbox
            isSelected={chosen.includes(option.value)}
          >
            {option.label}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
