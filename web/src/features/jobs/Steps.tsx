// The steps of a job, each with how far it is.
import { useTranslation } from 'react-i18next';
import type { Job } from '@/api/types';

export function Steps({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <ol className="ou-steps">
      {job.steps.map((step) => (
        <li key={step.name} className={`ou-steps__step ou-steps__step--${step.state}`}>
          {step.name}
          <span className="ou-muted"> · {t(`jobs.step.${step.state}`)}</span>
        </li>
      ))}
    </ol>
  );
}
