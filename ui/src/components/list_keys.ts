// j and k walk the rows by moving the focus to their links, so Enter and screen readers work without more.
import { useEffect, useRef, type RefObject } from 'react';

export function useListKeys(keys: {
  list: RefObject<HTMLElement | null>;
  search: RefObject<HTMLInputElement | null>;
  onHelp: () => void;
}) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"]:not([aria-hidden="true"])')) return;
      const { list, search, onHelp } = latest.current;
      if (event.key === 'j' || event.key === 'k') {
        event.preventDefault();
        move(list.current, event.key === 'j' ? 1 : -1);
      } else if (event.key === '/') {
        event.preventDefault();
        search.current?.focus();
      } else if (event.key === '?') {
        event.preventDefault();
        onHelp();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type);
  return field || target instanceof HTMLTextAreaElement || target.isContentEditable;
}

function move(list: HTMLElement | null, step: 1 | -1) {
  const links = [...(list?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])];
  if (links.length === 0) return;
  const row = document.activeElement?.closest('tr');
  const current = links.findIndex((link) => link.closest('tr') === row && row);
  const next = current < 0 ? (step > 0 ? 0 : links.length - 1) : current + step;
  const link = links[Math.min(links.length - 1, Math.max(0, next))];
  link.focus();
  link.closest('tr')?.scrollIntoView({ block: 'nearest' });
}
