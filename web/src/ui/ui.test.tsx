// Components whose behaviour matters more than their look.
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReasonButton } from './Actions';
import { useTyped } from './hooks';
import { QuotaBar } from './Meter';
import { SizeField } from './SizeField';

afterEach(cleanup);

describe('a greyed button', () => {
  it('does nothing but stays reachable for the keyboard', () => {
    const press = vi.fn();
    render(
      <ReasonButton reason="The machine is off" onClick={press}>
        Console
      </ReasonButton>,
    );
    const button = screen.getByRole('button', { name: 'Console' });
    fireEvent.click(button);
    expect(press).not.toHaveBeenCalled();
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.hasAttribute('disabled')).toBe(false);
  });

  it('works when there is no reason against it', () => {
    const press = vi.fn();
    render(
      <ReasonButton reason={null} onClick={press}>
        Start
      </ReasonButton>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Start' }));
    expect(press).toHaveBeenCalledOnce();
  });
});

describe('a size', () => {
  const field = (onChange: (value: number) => void, bounded = true) => (
    <SizeField
      id="vcpus"
      label="Processors"
      unit="vCPU"
      value={2}
      min={1}
      max={6}
      step={1}
      bounded={bounded}
      minText="1"
      maxText="6"
      help=""
      error={null}
      minusLabel="less"
      plusLabel="more"
      onChange={onChange}
    />
  );
  const type = (text: string) => {
    const input = screen.getByRole('spinbutton');
    fireEvent.change(input, { target: { value: text } });
    fireEvent.blur(input);
  };

  it('steps', () => {
    const change = vi.fn();
    render(field(change));
    fireEvent.click(screen.getByRole('button', { name: 'more' }));
    expect(change).toHaveBeenCalledWith(3);
  });

  it('holds what is typed within what the quota leaves', () => {
    const change = vi.fn();
    render(field(change));
    type('99');
    expect(change).toHaveBeenLastCalledWith(6);
    expect(screen.getByRole<HTMLInputElement>('spinbutton').value).toBe('6');
    type('0');
    expect(change).toHaveBeenLastCalledWith(1);
  });

  it('lets more be typed than the slider reaches where no quota limits', () => {
    const change = vi.fn();
    render(field(change, false));
    type('99');
    expect(change).toHaveBeenLastCalledWith(99);
  });
});

describe('a quota', () => {
  it('says its numbers to a screen reader', () => {
    render(<QuotaBar label="vCPU" text="3 → 4 of 5" used={3} after={4} limit={5} />);
    const meter = screen.getByRole('meter', { name: 'vCPU' });
    expect(meter.getAttribute('aria-valuenow')).toBe('80');
    expect(meter.getAttribute('aria-valuetext')).toBe('3 → 4 of 5');
  });

  it('draws no bar where there is no limit', () => {
    render(<QuotaBar label="vCPU" text="3, no limit" used={3} limit={null} />);
    expect(screen.queryByRole('meter')).toBeNull();
  });
});

describe('a field that the URL follows', () => {
  it('keeps what is typed on, and takes over what comes from elsewhere', () => {
    vi.useFakeTimers();
    const commit = vi.fn();
    const { result, rerender } = renderHook(({ value }) => useTyped(value, commit), {
      initialProps: { value: '' },
    });
    const type = (text: string) => act(() => result.current[1](text));
    type('a');
    type('al');
    act(() => void vi.advanceTimersByTime(300));
    expect(commit.mock.calls).toEqual([['al']]);
    type('ali');
    rerender({ value: 'al' });
    expect(result.current[0]).toBe('ali');
    act(() => void vi.advanceTimersByTime(300));
    expect(commit).toHaveBeenLastCalledWith('ali');
    rerender({ value: '' });
    expect(result.current[0]).toBe('');
    vi.useRealTimers();
  });
});
