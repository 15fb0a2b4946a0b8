// A dialog with a form: title, body, an error, a confirming and a cancelling button.
import {
  Button,
  type ButtonProps,
  Form,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { type FormEvent, type ReactNode, useEffect, useId } from 'react';
import { ErrorNotice } from './Notice';

export interface DialogProps {
  title: string;
  description?: ReactNode;
  /** Null once nothing is left to confirm. */
  confirm: string | null;
  cancel: string;
  variant?: ButtonProps['variant'];
  titleIcon?: 'warning' | 'danger';
  size?: 'small' | 'medium';
  isBusy?: boolean;
  isBlocked?: boolean;
  error?: string | null;
  extra?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { title, confirm, cancel, variant, isBusy, isBlocked, error, onConfirm, onClose } = props;
  const id = useId();
  const isOver = confirm === null;
  const toFocus = firstToFocus(id, variant === 'danger');
  useEffect(() => {
    // The button that was pressed may be gone or greyed by now, and the focus with it.
    if (isBusy || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(toFocus)?.focus();
  }, [isBusy, isOver, toFocus]);
  return (
    <Modal
      isOpen
      variant={props.size ?? 'small'}
      onClose={onClose}
      aria-labelledby={id}
      elementToFocus={toFocus}
    >
      <ModalHeader
        title={title}
        labelId={id}
        description={props.description}
        titleIconVariant={props.titleIcon}
      />
      <ModalBody>
        <Fields id={`${id}-form`} onSubmit={() => !isBusy && !isBlocked && !isOver && onConfirm()}>
          <ErrorNotice text={error} />
          {props.children}
        </Fields>
      </ModalBody>
      <ModalFooter>
        {!isOver && (
          <Button
            type="submit"
            form={`${id}-form`}
            id={`${id}-confirm`}
            variant={variant ?? 'primary'}
            isLoading={isBusy ?? false}
            isAriaDisabled={isBusy ?? false}
            isDisabled={Boolean(isBlocked && !isBusy)}
          >
            {confirm}
          </Button>
        )}
        <Button id={`${id}-cancel`} variant={isOver ? 'primary' : 'link'} onClick={onClose}>
          {cancel}
        </Button>
        {props.extra}
      </ModalFooter>
    </Modal>
  );
}

interface FieldsProps {
  id: string;
  onSubmit: () => void;
  children: ReactNode;
}

function Fields({ id, onSubmit, children }: FieldsProps) {
  useLateFocus(id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Form id={id} onSubmit={submit}>
      {children}
    </Form>
  );
}

/** Fields may come after their dialog: the first gets the focus, unless somebody did something by then. */
function useLateFocus(form: string) {
  useEffect(() => {
    const box = document.getElementById(form)?.closest('[role=dialog]');
    if (!box) return;
    let placed: EventTarget | null = null;
    const place = () => {
      const field = firstField(form);
      if (!placed || !field || field === placed) return;
      placed = field;
      // What stands before it is to be read first.
      field.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(place);
    const ended = new AbortController();
    const end = () => {
      observer.disconnect();
      ended.abort();
    };
    const follow = ({ target }: Event) => {
      // What opened the dialog may take the focus once more.
      if (!box.contains(target as Node)) return;
      if (placed && target !== placed) return end();
      placed = target;
      place();
    };
    const listening = { capture: true, signal: ended.signal };
    document.addEventListener('focusin', follow, listening);
    document.addEventListener('keydown', end, listening);
    document.addEventListener('pointerdown', end, listening);
    observer.observe(box, { childList: true, subtree: true });
    return end;
  }, [form]);
}

/** Of several choices the one that is made. */
function firstField(form: string): HTMLElement | null {
  const first = document.querySelector<HTMLElement>(fieldsOf(form));
  if (!(first instanceof HTMLInputElement) || first.type !== 'radio') return first;
  const choices = [...document.querySelectorAll<HTMLInputElement>(`#${form} input[type=radio]`)];
  return choices.find(({ name, checked }) => checked && name === first.name) ?? first;
}

const fieldsOf = (form: string) =>
  ['input', 'select', 'textarea'].map((tag) => `#${form} ${tag}:not(:disabled)`).join();

/** The first field; without one the confirming button, or where something is lost, the other. */
function firstToFocus(id: string, isDestructive: boolean): string {
  const confirm = isDestructive ? [] : [`#${id}-confirm:not(:disabled)`];
  return [fieldsOf(`${id}-form`), ...confirm, `#${id}-cancel`].join();
}
