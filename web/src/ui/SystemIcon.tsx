// An icon for an operating system, guessed from a name.
import { CubeIcon, LinuxIcon, RedhatIcon, UbuntuIcon, WindowsIcon } from '@patternfly/react-icons';
import type { ComponentType } from 'react';

const ICONS: [RegExp, ComponentType][] = [
  [/windows|\bwin\d/i, WindowsIcon],
  [/ubuntu/i, UbuntuIcon],
  [/red ?hat|rhel/i, RedhatIcon],
  [/linux|debian|fedora|rocky|alma|centos|suse|arch|alpine|tiny/i, LinuxIcon],
];

export function SystemIcon({ name }: { name: string }) {
  const Icon = ICONS.find(([pattern]) => pattern.test(name))?.[1] ?? CubeIcon;
  return <Icon />;
}
