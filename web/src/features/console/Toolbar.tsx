// The tools over the console.
import type RFB from '@novnc/novnc';
import {
  Button,
  DropdownItem,
  ToggleGroup,
  ToggleGroupItem,
  Tooltip,
} from '@patternfly/react-core';
import {
  ExpandIcon,
  ExternalLinkAltIcon,
  EyeIcon,
  KeyboardIcon,
  PowerOffIcon,
} from '@patternfly/react-icons';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { BASE } from '@/api/base';
import type { Instance } from '@/api/types';
import { Menu } from '@/ui/Actions';
import { Status, type StatusKind } from '@/ui/Status';
import { PowerItems } from '../instances/ActionItems';
import { COMBINATIONS, press } from './keys';
import type { Phase } from './useVnc';

interface Props {
  instance: Instance;
  phase: Phase;
  rfb: RefObject<RFB | null>;
  frame: RefObject<HTMLElement | null>;
  isConnected: boolean;
  isPoppedOut: boolean;
  isFit: boolean;
  setFit: (fit: boolean) => void;
  isViewOnly: boolean;
  /** One has no right to more than looking. */
  onlyView: boolean;
  setViewOnly: (viewOnly: boolean) => void;
}

export function ConsoleToolbar(props: Props) {
  const { t } = useTranslation();
  const { instance, rfb, isConnected, isViewOnly } = props;
  const view = isViewOnly ? t('console.viewOnly') : null;
  const reason = isConnected ? view : t('console.notConnected');
  return (
    <div className="ou-console__tools" role="toolbar" aria-label={t('console.tools')}>
      <SendKeys rfb={rfb} reason={reason} />
      <Menu label={t('instances.power')} text={t('console.power')} icon={<PowerOffIcon />}>
        <PowerItems instance={instance} withStart />
      </Menu>
      <SizeToggle {...props} />
      <span className="ou-console__right">
        <ConnectionState {...props} />
        <ViewTools {...props} />
      </span>
    </div>
  );
}

function SendKeys({ rfb, reason }: { rfb: RefObject<RFB | null>; reason: string | null }) {
  const { t } = useTranslation();
  return (
    <Menu label={t('console.sendKeys')} text={t('console.sendKeys')} icon={<KeyboardIcon />}>
      {COMBINATIONS.map(({ label, keys }) => (
        <DropdownItem
          key={label}
          isAriaDisabled={reason !== null}
          description={label === COMBINATIONS[0]?.label ? reason : null}
          onClick={() =>
            press(keys, (keysym, code, down) => rfb.current?.sendKey(keysym, code, down))
          }
        >
          {label}
        </DropdownItem>
      ))}
    </Menu>
  );
}

function SizeToggle({ isFit, setFit }: Props) {
  const { t } = useTranslation();
  return (
    <ToggleGroup aria-label={t('console.size')}>
      <ToggleGroupItem text={t('console.fit')} isSelected={isFit} onChange={() => setFit(true)} />
      <ToggleGroupItem
        text={t('console.real')}
        isSelected={!isFit}
        onChange={() => setFit(false)}
      />
    </ToggleGroup>
  );
}

const KINDS: Record<Phase['name'], StatusKind> = {
  connecting: 'busy',
  connected: 'good',
  following: 'busy',
  waiting: 'warning',
  refused: 'failed',
};

function ConnectionState({ phase, isConnected }: Props) {
  const { t } = useTranslation();
  const name = phase.name === 'connected' && !isConnected ? 'waiting' : phase.name;
  return (
    <span role="status">
      <Status kind={KINDS[name]}>{t(`console.phase.${name}`)}</Status>
    </span>
  );
}

function ViewTools(props: Props) {
  const { instance, frame, isViewOnly, setViewOnly, onlyView, isPoppedOut } = props;
  const { t } = useTranslation();
  const popOut = () =>
    window.open(
      `${BASE}/instances/${instance.id}/screen`,
      instance.id,
      'popup,width=1064,height=860',
    );
  return (
    <>
      {!onlyView && (
        <Tool
          label={t('console.viewOnly')}
          icon={<EyeIcon />}
          isPressed={isViewOnly}
          onClick={() => setViewOnly(!isViewOnly)}
        />
      )}
      {!isPoppedOut && (
        <Tool label={t('console.popOut')} icon={<ExternalLinkAltIcon />} onClick={popOut} />
      )}
      <Tool
        label={t('console.fullScreen')}
        icon={<ExpandIcon />}
        onClick={() => void frame.current?.requestFullscreen()}
      />
    </>
  );
}

interface ToolProps {
  label: string;
  icon: ReactNode;
  isPressed?: boolean;
  onClick: () => void;
}

function Tool({ label, icon, isPressed, onClick }: ToolProps) {
  return (
    <Tooltip content={label}>
      <Button
        variant="plain"
        icon={icon}
        aria-label={label}
        aria-pressed={isPressed}
        isClicked={isPressed ?? false}
        onClick={onClick}
      />
    </Tooltip>
  );
}
