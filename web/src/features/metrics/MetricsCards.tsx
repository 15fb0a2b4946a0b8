// The graphs of a machine and of a host, with a choice of how far back they go.
import { Card, CardBody, CardTitle, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Host, HostMetrics, Instance, InstanceMetrics } from '@/api/types';
import { bytes, number, percent } from '@/lib/format';
import { type Series, scaled, SPANS, type Span, times } from '@/lib/series';
import { SkeletonLines } from '@/ui/Feedback';
import { Graph, type Line } from '@/ui/Graph';
import { QueryFailure } from '../QueryFailure';
import { useHostMetrics, useInstanceMetrics, useSpan } from './hooks';

const MIB = 1024 ** 2;

export function InstanceMetricsCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const [span] = useSpan();
  const query = useInstanceMetrics(instance.id, span);
  return (
    <MetricsCard query={query}>
      {(metrics, { series }) => (
        <>
          <PercentGraph {...metrics} title={t('metrics.cpu')} values={series.cpu_percent} />
          <BytesGraph
            {...metrics}
            title={t('metrics.memory')}
            lines={[{ label: t('metrics.used'), values: scaled(series.memory_used_mib, MIB) }]}
            whole={instance.memory_mib * MIB}
          />
          <BytesGraph
            {...metrics}
            title={t('metrics.disk')}
            lines={[
              { label: t('metrics.read'), values: series.read_bytes },
              { label: t('metrics.written'), values: series.written_bytes },
            ]}
            isRate
          />
          <BytesGraph
            {...metrics}
            title={t('metrics.network')}
            lines={[
              { label: t('metrics.received'), values: series.received_bytes },
              { label: t('metrics.sent'), values: series.sent_bytes },
            ]}
            isRate
          />
        </>
      )}
    </MetricsCard>
  );
}

export function HostMetricsCard({ host }: { host: Host }) {
  const { t } = useTranslation();
  const [span] = useSpan();
  const query = useHostMetrics(host.name, span);
  return (
    <MetricsCard query={query}>
      {(metrics, { series }) => (
        <>
          <PercentGraph {...metrics} title={t('metrics.cpu')} values={series.cpu_percent} />
          <BytesGraph
            {...metrics}
            title={t('metrics.memory')}
            lines={[
              { label: t('metrics.used'), values: scaled(series.memory_used_mib, MIB) },
              { label: t('metrics.promised'), values: scaled(series.promised_memory_mib, MIB) },
            ]}
            whole={host.memory_mib === null ? null : host.memory_mib * MIB}
          />
          <NumberGraph {...metrics} title={t('metrics.machines')} values={series.running} />
          <BytesGraph
            {...metrics}
            title={t('metrics.storage')}
            lines={[{ label: t('metrics.used'), values: series.disk_used_bytes }]}
          />
        </>
      )}
    </MetricsCard>
  );
}

interface Shared {
  times: readonly number[];
  span: Span;
}

interface CardProps<T> {
  query: UseQueryResult<T>;
  children: (shared: Shared, metrics: T) => ReactNode;
}

function MetricsCard<T extends HostMetrics | InstanceMetrics>({ query, children }: CardProps<T>) {
  const { t } = useTranslation();
  const { data } = query;
  const shared = data && {
    span: data.span,
    times: times(data.since, data.step_seconds, data.series.cpu_percent.length),
  };
  return (
    <Card isCompact>
      <CardTitle component="h2">
        <div className="ou-card__head ou-graphs__head">
          <span>{t('metrics.title')}</span>
          <SpanChoice />
        </div>
      </CardTitle>
      <CardBody>
        {!data && !query.error && <SkeletonLines lines={8} label={t('app.loading')} />}
        {!data && query.error && <QueryFailure query={query} />}
        {data && shared && <div className="ou-graphs">{children(shared, data)}</div>}
      </CardBody>
    </Card>
  );
}

function SpanChoice() {
  const { t } = useTranslation();
  const [chosen, choose] = useSpan();
  return (
    <ToggleGroup isCompact aria-label={t('metrics.span')}>
      {SPANS.map((span) => (
        <ToggleGroupItem
          key={span}
          buttonId={`span-${span}`}
          text={t(`metrics.spans.${span}`)}
          isSelected={span === chosen}
          onChange={() => choose(span)}
        />
      ))}
    </ToggleGroup>
  );
}

function useWords() {
  const { t } = useTranslation();
  return {
    words: (last: string, min: string, max: string) => t('metrics.words', { last, min, max }),
    noData: t('metrics.noData'),
  };
}

interface OneLine extends Shared {
  title: string;
  values: Series;
}

const PERCENT = { whole: 100, least: 1, inBytes: false, format: percent };
const NUMBER = { whole: null, least: 4, inBytes: false, format: (value: number) => number(value) };

function PercentGraph({ title, values, ...shared }: OneLine) {
  return (
    <Graph
      {...shared}
      {...PERCENT}
      {...useWords()}
      title={title}
      lines={[{ label: title, values }]}
    />
  );
}

function NumberGraph({ title, values, ...shared }: OneLine) {
  return (
    <Graph
      {...shared}
      {...NUMBER}
      {...useWords()}
      title={title}
      lines={[{ label: title, values }]}
    />
  );
}

interface BytesProps extends Shared {
  title: string;
  lines: Line[];
  whole?: number | null;
  isRate?: boolean;
}

function BytesGraph({ whole = null, isRate = false, ...rest }: BytesProps) {
  const { t } = useTranslation();
  const format = (value: number) =>
    isRate ? t('metrics.perSecond', { amount: bytes(value) }) : bytes(value);
  return <Graph {...rest} {...useWords()} whole={whole} least={1024} inBytes format={format} />;
}
