// What is on the screen of a machine, drawn on a canvas and renewed every few seconds.
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useScreenshot } from './hooks';

export function Screenshot({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data, error } = useScreenshot(id);
  useEffect(() => {
    if (data && canvas.current) void draw(data, canvas.current);
  }, [data]);
  if (error && !data) return <span className="ou-screen__none">{t('screenshot.none')}</span>;
  return (
    <canvas
      ref={canvas}
      className="ou-screen__canvas"
      role="img"
      aria-label={t('screenshot.of', { name })}
    />
  );
}

async function draw(picture: Blob, canvas: HTMLCanvasElement) {
  const bitmap = await createImageBitmap(picture);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
}
