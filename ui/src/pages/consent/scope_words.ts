// What a scope of SMART App Launch means, in words for whoever is asked to agree.
import type { TFunction } from 'i18next';

const letters: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' };
const plain = new Set(['launch', 'launch/patient', 'openid', 'fhirUser', 'offline_access', 'online_access', 'profile']);

export interface Words {
  what: string;
  narrower: string[]; // only with these values
  changes: boolean;
}

export function wordsOf(scope: string, t: TFunction<'consent'>): Words {
  if (plain.has(scope)) return { what: t(`scope.${scope.replace('/', '_')}`), narrower: [], changes: false };
  const match = /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z*]+)(?:\?(.*))?$/.exec(scope);
  if (!match) return { what: scope, narrower: [], changes: true };
  const [, level, type, given, criteria] = match;
  const may = letters[given] ?? given;
  const sees = /[rs]/.test(may);
  const changes = /[cud]/.test(may);
  const name = type === '*' ? t('everything') : t(`type.${type}`, { defaultValue: type });
  const verb = changes ? (sees ? 'see_and_change' : 'change') : 'see';
  return {
    what: t(`${verb}_${level === 'patient' ? 'patient' : 'user'}`, { what: name }),
    narrower: (criteria ?? '').split('&').filter(Boolean).map(readable),
    changes,
  };
}

// "category=http://...|laboratory" says "laboratory" to people.
function readable(criterion: string): string {
  const [, value = ''] = criterion.split('=', 2);
  const text = decodeText(value);
  return text.split(',').map((one) => one.slice(one.lastIndexOf('|') + 1)).join(', ');
}

function decodeText(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
