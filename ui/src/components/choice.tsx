// A small set of exclusive choices as a row of radio buttons: native inputs, so that keyboard and screen readers work.
import { useId, type ReactNode } from 'react';

export interface ChoiceOption<V extends string> {
  value: V;
  text: ReactNode;
  name?: string; // for an icon: what it means
  lang?: string;
}

export function Choice<V extends string>(props: {
  label: string;
  value: V;
  options: ChoiceOption<V>[];
  onChange: (value: V) => void;
}) {
  const group = useId();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{props.label}</legend>
      {props.options.map((option) => (
        <label key={option.value} title={option.name} lang={option.lang}>
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          <span className="choice-face">
            {option.name ? <span aria-hidden="true">{option.text}</span> : option.text}
            {option.name && <span className="visually-hidden">{option.name}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
