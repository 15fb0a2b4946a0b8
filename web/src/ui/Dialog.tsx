// A dialog with a form: title, body, an error, a confirming and a cancelling button.
import {
  Alert,
  Button,
  type ButtonProps,
  Form,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { type ReactNode, useEffect, useId } from 'react';

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
        <Form
          id={`${id}-form`}
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBusy && !isBlocked && !isOver) onConfirm();
          }}
        >
          {error && <Alert component="h2" isInline isLiveRegion variant="danger" title={error} />}
          {props.children}
        </Form>
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

/** The first field; without one the confirming button, or where something is lost, the other. */
function firstToFocus(id: string, isDestructive: boolean): string {
  const fields = ['input', 'select', 'textarea'].map((tag) => `#${id}-form ${tag}:not(:disabled)`);
  const confirm = isDestructive ? [] : [`#${id}-confirm:not(:disabled)`];
  return [...fields, ...confirm, `#${id}-cancel`].join();
}
