// A graph of figures over time, with what it shows in words for those who do not see it.
import './styles/graph.css';
import { Skeleton } from '@patternfly/react-core';
import { lazy, Suspense } from 'react';
import { bounds, type Series } from '@/lib/series';
import type { PlotProps } from './Plot';

const Plot = lazy(() => import('./Plot'));

export interface Line {
  label: string;
  values: Series;
}

/** "now …, lowest …, highest …" */
export type Words = (last: string, min: string, max: string) => string;

interface Props extends PlotProps {
  title: string;
  words: Words;
  noData: string;
}

export function Graph({ title, words, noData, ...plot }: Props) {
  const isEmpty = plot.lines.every(({ values }) => bounds(values) === null);
  return (
    <figure className="ou-graph">
      <figcaption>
        <h3 className="ou-graph__title">{title}</h3>
        {!isEmpty && (
          <ul className="ou-graph__lines">
            {plot.lines.map((line, index) => (
              <LineWords
                key={line.label}
                {...{ line, index, words, noData }}
                format={plot.format}
                isOnly={plot.lines.length === 1}
              />
            ))}
          </ul>
        )}
      </figcaption>
      {isEmpty ? (
        <p className="ou-graph__none">{noData}</p>
      ) : (
        <Suspense fallback={<Skeleton height="170px" />}>
          <Plot {...plot} />
        </Suspense>
      )}
    </figure>
  );
}

interface LineWordsProps {
  line: Line;
  index: number;
  words: Words;
  noData: string;
  format: (value: number) => string;
  isOnly: boolean;
}

function LineWords({ line, index, words, noData, format, isOnly }: LineWordsProps) {
  const found = bounds(line.values);
  const text = found ? words(format(found.last), format(found.min), format(found.max)) : noData;
  return (
    <li className={`ou-graph__line ou-graph__line--${index}`}>
      {!isOnly && <strong>{line.label}</strong>} {text}
    </li>
  );
}
