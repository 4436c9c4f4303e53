// A field of a filter: what is typed goes into the address after a short pause.
import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef } from 'antd';
import { useEffect, useImperativeHandle, useRef, useState, type RefObject } from 'react';

const pauseMs = 250;

export function FilterText(props: {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string | undefined) => void;
  inputRef?: RefObject<HTMLInputElement | null>;
  isSearch?: boolean; // the one that '/' jumps to, with the lens
}) {
  const [typed, setTyped] = useState(props.value);
  const input = useRef<InputRef>(null);
  const change = useRef(props.onChange);
  change.current = props.onChange;
  useImperativeHandle(props.inputRef, () => input.current?.input as HTMLInputElement);
  useEffect(() => setTyped(props.value), [props.value]);
  useEffect(() => {
    if (typed === props.value) return undefined;
    const timer = setTimeout(() => change.current(typed.trim() || undefined), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, props.value]);
  return (
    <Input
      ref={input}
      className={`filter ${props.isSearch ? 'filter-q' : 'filter-text'}`}
      allowClear
      prefix={props.isSearch ? <SearchOutlined aria-hidden="true" /> : undefined}
      aria-label={props.label}
      placeholder={props.hint ?? props.label}
      maxLength={120}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
