// The screen of an instance with its tools: keys, power, size, pop out, full screen.
import type RFB from '@novnc/novnc';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '@/api/types';
import { Notice } from '@/ui/Notice';
import { mayOnlyView } from '../instances/actions';
import { ConsoleNotice, Obstacle, obstacleOf } from './Notice';
import { ConsoleToolbar } from './Toolbar';
import { useVnc } from './useVnc';

interface Props {
  instance: Instance;
  isPoppedOut?: boolean;
}

export function Console({ instance, isPoppedOut }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const obstacle = obstacleOf(instance);
  const onlyView = mayOnlyView(instance);
  const { phase, rfb, retry } = useVnc(instance.id, screen, obstacle === null, onlyView);
  const [isFit, setFit] = useState(true);
  const [wantsViewOnly, setViewOnly] = useState(false);
  const isViewOnly = wantsViewOnly || onlyView;
  useSettings(rfb, phase.name === 'connected', isFit, isViewOnly);
  const isConnected = phase.name === 'connected' && obstacle === null;
  return (
    <section
      ref={frame}
      className="ou-console"
      aria-label={t('console.of', { name: instance.name })}
    >
      <ConsoleToolbar
        {...{ instance, phase, rfb, isFit, setFit, isViewOnly, setViewOnly, frame }}
        isConnected={isConnected}
        onlyView={onlyView}
        isPoppedOut={isPoppedOut ?? false}
      />
      {onlyView && <Notice isPlain variant="info" title={t('console.onlyView')} />}
      <div className={`ou-console__body${isFit ? '' : ' ou-console__body--real'}`}>
        <div ref={screen} className="ou-console__screen" hidden={!isConnected} />
        {obstacle && <Obstacle instance={instance} kind={obstacle} />}
        {!obstacle && !isConnected && <ConsoleNotice phase={phase} onRetry={retry} />}
      </div>
    </section>
  );
}

function useSettings(
  rfb: RefObject<RFB | null>,
  isConnected: boolean,
  isFit: boolean,
  isViewOnly: boolean,
) {
  useEffect(() => {
    if (!isConnected || !rfb.current) return;
    rfb.current.background = 'transparent';
    rfb.current.scaleViewport = isFit;
    rfb.current.viewOnly = isViewOnly;
  }, [rfb, isConnected, isFit, isViewOnly]);
  useEffect(() => {
    if (isConnected) rfb.current?.focus();
  }, [rfb, isConnected]);
}
