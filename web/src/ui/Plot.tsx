// The drawing of a graph by uPlot; loaded when a graph is first shown.
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import { BYTE_STEPS, bucketTime, ceiling, lonely, type Span, timeLabel } from '@/lib/series';
import type { Line } from './Graph';

export interface PlotProps {
  times: readonly number[];
  lines: readonly Line[];
  span: Span;
  /** The height that cannot be exceeded, if there is one. */
  whole: number | null;
  /** The least height: an axis from nothing to nothing shows no line. */
  least: number;
  inBytes: boolean;
  format: (value: number) => string;
}

const HEIGHT = 170;
const LABELS_WIDTH = 68;
const LABELS_HEIGHT = 28;
const MARKS_APART = 36;
const FONT = '12px "Red Hat Text", system-ui, sans-serif';

export default function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useThemeClass();
  const { times, lines, span, whole } = props;
  const names = lines.map(({ label }) => label).join('\n');
  // What is drawn anew only then keeps its place when new figures come.
  useEffect(() => {
    if (!box.current || !tip.current) return;
    const options = optionsOf(box.current, tip.current, () => latest.current);
    const drawn = new uPlot(options, dataOf(latest.current), box.current);
    plot.current = drawn;
    const stop = followWidth(box.current, drawn);
    return () => {
      stop();
      drawn.destroy();
      plot.current = null;
    };
  }, [theme, span, names, whole]);
  useEffect(() => plot.current?.setData(dataOf(latest.current)), [times, lines]);
  return (
    <div className="ou-plot" aria-hidden>
      <div ref={box} />
      <div ref={tip} className="ou-plot__tip" hidden />
    </div>
  );
}

/** The class of the document that says which theme is on. */
function useThemeClass(): string {
  return useSyncExternalStore(
    (notify) => {
      const observer = new MutationObserver(notify);
      observer.observe(document.documentElement, { attributeFilter: ['class'] });
      return () => observer.disconnect();
    },
    () => document.documentElement.className,
  );
}

function followWidth(box: HTMLElement, plot: uPlot) {
  const observer = new ResizeObserver(() => {
    const width = box.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  });
  observer.observe(box);
  return () => observer.disconnect();
}

const dataOf = ({ times, lines }: PlotProps): uPlot.AlignedData => [
  [...times],
  ...lines.map(({ values }) => [...values]),
];

function optionsOf(box: HTMLElement, tip: HTMLElement, latest: () => PlotProps): uPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const { span, inBytes, lines } = latest();
  const axis = {
    font: FONT,
    stroke: colour('--ou-plot--text'),
    grid: { stroke: colour('--ou-plot--grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(box.clientWidth, 1),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: () => [0, top(latest())] } },
    axes: [
      { ...axis, size: LABELS_HEIGHT, values: (_, at) => at.map((time) => timeLabel(time, span)) },
      {
        ...axis,
        size: LABELS_WIDTH,
        space: MARKS_APART,
        values: (_, at) => at.map((value) => latest().format(value)),
        ...(inBytes ? { incrs: BYTE_STEPS } : {}),
      },
    ],
    series: [
      {},
      ...lines.map((_, index) => lineOptions(colour(`--ou-plot--line-${index}`), index, latest)),
    ],
    hooks: { setCursor: [(plot) => showTip(plot, tip, latest())] },
  };
}

const top = ({ lines, whole, least }: PlotProps) =>
  ceiling(
    lines.map(({ values }) => values),
    whole,
    least,
  );

const lineOptions = (stroke: string, index: number, latest: () => PlotProps): uPlot.Series => ({
  stroke,
  width: 1.5,
  spanGaps: false,
  points: {
    show: true,
    size: 4,
    fill: stroke,
    filter: () => lonely(latest().lines[index]?.values ?? []),
  },
});

/** Time and figures under the pointer. */
function showTip(plot: uPlot, tip: HTMLElement, { times, lines, span, format }: PlotProps) {
  const { idx, left = -1 } = plot.cursor;
  const time = idx === null || idx === undefined || left < 0 ? undefined : times[idx];
  tip.hidden = time === undefined;
  if (time === undefined || idx === null || idx === undefined) return;
  const figures = lines.map(({ label, values }) => {
    const value = values[idx] ?? null;
    return `${label}: ${value === null ? '–' : format(value)}`;
  });
  tip.textContent = [bucketTime(time, span), ...figures].join('\n');
  const isRight = left > plot.over.clientWidth / 2;
  tip.style.left = isRight ? 'auto' : `${plot.over.offsetLeft + left + 12}px`;
  tip.style.right = isRight ? `${plot.over.clientWidth - left + 12}px` : 'auto';
}
