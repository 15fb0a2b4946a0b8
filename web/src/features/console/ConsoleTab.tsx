// The console inside the page of an instance.
import { useTabInstance } from '../instances/InstancePage';
import { Console } from './Console';

export function ConsoleTab() {
  return <Console instance={useTabInstance()} />;
}
