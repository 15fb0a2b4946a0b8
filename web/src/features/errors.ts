// Turns whatever went wrong into a sentence for people.
import { useTranslation } from 'react-i18next';
import { ApiError, Unreachable } from '@/api/client';

export function useErrorText() {
  const { t } = useTranslation();
  return (error: unknown): string => {
    if (error instanceof Unreachable) return t('error.unreachable');
    if (error instanceof ApiError) return sentences(error.message, error.problem.remedy);
    return error instanceof Error ? error.message : t('error.unknown');
  };
}

/** What is wrong, and what would help; said once. */
export const sentences = (reason: string, remedy: string | null | undefined) =>
  remedy && !reason.includes(remedy) ? `${reason} ${remedy}` : reason;

/** The message if it belongs to `field`, for showing it beside that field. */
export function fieldError(error: unknown, ...fields: string[]): string | null {
  if (!(error instanceof ApiError) || !error.field) return null;
  return fields.includes(error.field) ? beside(error.message, error.field) : null;
}

/** Beside its field a sentence need not begin with how the API calls that. */
function beside(message: string, field: string): string {
  const last = field.split('.').at(-1) ?? field;
  const prefix = [`${field}: `, `${last}: `].find((start) => message.startsWith(start));
  if (!prefix) return message;
  const rest = message.slice(prefix.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** The message if no field of the form takes it. */
export function otherError(error: unknown, text: (error: unknown) => string, fields: string[]) {
  if (!error || fieldError(error, ...fields)) return null;
  return text(error);
}
