// Quotas as people type them: one text per dimension, memory in GiB.

export const DEFINED = ['instances', 'vcpus', 'memory_mib', 'disk_gib'] as const;
export const RUNNING = ['running_instances', 'running_vcpus', 'running_memory_mib'] as const;
export const DIMENSIONS = [...DEFINED, ...RUNNING] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `null` is no limit, in what is added: nothing. */
export type Amounts = Record<Dimension, number | null>;
export type AmountTexts = Record<Dimension, string>;

const MIB_PER_GIB = 1024;

const isMemory = (dimension: Dimension) => dimension.endsWith('memory_mib');
const scale = (dimension: Dimension) => (isMemory(dimension) ? MIB_PER_GIB : 1);

function every<T>(make: (dimension: Dimension) => T): Record<Dimension, T> {
  return Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, make(dimension)])) as Record<
    Dimension,
    T
  >;
}

export const noAmounts = () => every<number | null>(() => null);

export function toTexts(amounts: Partial<Amounts> | null): AmountTexts {
  return every((dimension) => {
    const amount = amounts?.[dimension] ?? null;
    return amount === null ? '' : String(amount / scale(dimension));
  });
}

/** Null for an empty text, undefined for one that is no whole amount. */
export function toAmount(dimension: Dimension, text: string): number | null | undefined {
  const typed = text.trim().replace(',', '.');
  if (typed === '') return null;
  const value = Number(typed) * scale(dimension);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** Undefined when a text is no amount. */
export function toAmounts(texts: AmountTexts): Amounts | undefined {
  const amounts = every((dimension) => toAmount(dimension, texts[dimension]));
  return Object.values(amounts).includes(undefined) ? undefined : (amounts as Amounts);
}

/** Whether anything is asked for or given. */
export const isSome = (amounts: Partial<Amounts>) =>
  Object.values(amounts).some((amount) => (amount ?? 0) > 0);

/** What is more than nothing, with its dimension. */
export const some = (amounts: Partial<Amounts>) =>
  DIMENSIONS.flatMap((dimension) => {
    const amount = amounts[dimension] ?? 0;
    return amount > 0 ? [{ dimension, amount }] : [];
  });
