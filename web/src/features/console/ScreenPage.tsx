// The console alone, in a window of its own.
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Failure, SkeletonLines } from '@/ui/Feedback';
import { Toasts } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { InstanceDialogs } from '../instances/dialogs';
import { useInstance } from '../instances/hooks';
import { useLive } from '../live';
import { Console } from './Console';

export function ScreenPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { data, error } = useInstance(id);
  const errorText = useErrorText();
  useLive();
  useEffect(() => {
    if (data) document.title = `${data.name} · ${t('app.name')}`;
  }, [data, t]);
  return (
    <Toasts>
      <InstanceDialogs>
        <main className="ou-popout">
          {data && <h1 className="ou-offscreen">{data.name}</h1>}
          {data && <Console instance={data} isPoppedOut />}
          {error && <Failure title={t('error.load')} text={errorText(error)} />}
          {!data && !error && <SkeletonLines lines={4} label={t('app.loading')} />}
        </main>
      </InstanceDialogs>
    </Toasts>
  );
}
