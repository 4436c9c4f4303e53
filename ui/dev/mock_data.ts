// MOCK: invented patients, vital signs and results. Nothing here was computed by an application.
import type * as T from '../src/api/types.ts';

export type Item = T.WorklistItem;

const now = Date.now();
const ago = (hours: number) => new Date(now - hours * 3600_000).toISOString();
const both = (en: string, zh: string): T.Text2 => ({ en, zh });

const people: [string, string | null, string | null, T.Gender | null, string, string | null, number | null][] = [
  ['WANG, Xiaodong', '王晓东', '1959-03-14', 'female', '5B', '12', 10],
  ['SMITH, Anna', null, '1942-11-02', 'female', '5B', '3', 7],
  ['LI, Jianguo', '李建国', '1951-07', 'male', '5B', '7', 6],
  ['GARCIA, Miguel', null, '1968-01-30', 'male', '3A', '21', 5],
  ['ZHANG, Lihua', '张丽华', '1975-05-09', 'female', '3A', '2', 3],
  ['OKAFOR, Chidi', null, '1984', 'male', '3A', '14', 2],
  ['CHEN, Wei', '陈伟', '1990-12-25', 'male', 'ICU', '1', 1],
  ['NOVAK, Jana', null, null, null, 'ICU', null, null],
  ['LIU, Yang', '刘洋', '1937-08-18', 'male', '5B', '1', 0],
  ['BRANDT-WEISSENBORN, Maximiliane Theodora', null, '1949-02-28', 'female', '3A', '5', 4],
];

function band(score: number): T.Band {
  if (score >= 7) return 'high';
  if (score >= 5) return 'medium';
  return score === 3 ? 'low_medium' : 'low';
}

export const patients: (T.PatientRef & { score: number | null })[] = people.map(
  ([name, local, birth, gender, ward, bed, score], index) => ({
    id: `p${index + 1}`,
    name,
    name_local: local,
    mrn: birth === null ? null : `0001${2345 + index * 17}`,
    birth_date: birth,
    gender,
    ward,
    bed,
    synthetic: true,
    score,
  }),
);

type MockPatient = (typeof patients)[number];

const short = (patient: MockPatient): T.News2Short | null =>
  patient.score === null
    ? null
    : {
        score: patient.score,
        band: band(patient.score),
        trend: patient.score > 4 ? 'rising' : patient.score > 1 ? 'falling' : 'steady',
        complete: patient.id !== 'p4',
        t: ago(0.3),
        result: 'r1',
      };

const reference = ({ score: _score, ...patient }: MockPatient): T.PatientRef => patient;

export const applications: T.Application[] = [
  {
    id: 'early-warning',
    version: '1.0.0',
    name: both('Early warning (NEWS2)', '早期预警评分（NEWS2）'),
    intended_use: both('Scores vital signs of adult inpatients who are not pregnant.', '对非妊娠成年住院患者的生命体征评分。'),
    modality: null,
  },
  {
    id: 'resting-ecg',
    version: '1.0.0',
    name: both('Resting ECG measurements', '静息心电图测量'),
    intended_use: both('Measures rate, intervals and axis of a 12-lead resting ECG.', '测量 12 导联静息心电图的心率、间期和电轴。'),
    modality: 'ECG',
  },
];

const words: Record<T.Band, [string, string]> = {
  low: ['low', '低'],
  low_medium: ['low-medium', '低-中'],
  medium: ['medium', '中'],
  high: ['high', '高'],
};

function item(patient: MockPatient, index: number): Item {
  const ecg = index % 3 === 1;
  const score = patient.score ?? 0;
  const [en, zh] = words[band(score)];
  const statuses: T.ResultStatus[] = ['unread', 'unread', 'unread', 'read', 'unread', 'accepted', 'read', 'edited', 'rejected', 'unread'];
  return {
    id: `r${index + 1}`,
    application: { id: applications[ecg ? 1 : 0].id, version: '1.0.0', name: applications[ecg ? 1 : 0].name },
    patient: reference(patient),
    priority: ecg ? (index === 1 ? 'urgent' : 'routine') : score >= 7 ? 'stat' : score >= 5 ? 'urgent' : 'routine',
    status: statuses[index],
    created: ago(0.2 + index * 0.9),
    summary: ecg
      ? both('Sinus-like regular rhythm, 73/min; QTc (Fridericia) 431 ms, within the reference range', '规则节律，73 次/分；QTc（Fridericia）431 ms，在参考范围内')
      : both(`NEWS2 ${score}, ${en} risk, rising`, `NEWS2 ${score} 分，${zh}风险，上升`),
    flag: ecg ? 'N' : score >= 7 ? 'AA' : score >= 5 ? 'A' : 'N',
    news2: short(patient),
    study: ecg ? { uid: '1.2.826.1', modality: 'ECG', sop: `1.2.826.1.${index}` } : null,
  };
}

const rank: Record<T.Priority, number> = { stat: 0, asap: 1, urgent: 2, routine: 3 };
const isOpen = (one: Item) => one.status === 'unread' || one.status === 'read';
export const items: Item[] = patients
  .map(item)
  .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || rank[a.priority] - rank[b.priority]);

export const wards = () =>
  ['3A', '5B', 'ICU'].map((name) => ({
    name,
    patients: patients.filter((p) => p.ward === name).length,
    unread: items.filter((i) => i.patient.ward === name && i.status === 'unread').length,
  }));

export const listItem = (patient: MockPatient): T.PatientListItem => ({
  ...reference(patient),
  news2: short(patient),
  unread: items.filter((i) => i.patient.id === patient.id && i.status === 'unread').length,
  admitted: patient.id === 'p8' ? null : ago(30 + patient.id.length * 9),
});

export function fullPatient(patient: MockPatient): T.Patient {
  const allergies: Record<string, T.Patient['allergies']> = {
    p1: { known: true, items: [{ text: 'Penicillin', criticality: 'high' }, { text: 'Latex', criticality: 'low' }] },
    p2: { known: true, items: [] },
  };
  return {
    ...reference(patient),
    identifiers: [{ system: 'urn:mock', value: patient.mrn ?? '', type: 'MR' }],
    deceased: patient.id === 'p9',
    deceased_at: patient.id === 'p9' ? ago(5) : null,
    encounter: { id: 'e1', class: 'IMP', status: 'in-progress', admitted: ago(52), discharged: null, attending: 'Dr. Mock' },
    allergies: allergies[patient.id] ?? { known: false, items: [] },
    merged_into: null,
    news2: short(patient),
    age_years: patient.id === 'p9' ? 89 : null,
  };
}

const flagOf = (value: number, low: number, high: number): T.Flag => (value < low ? 'L' : value > high ? 'H' : 'N');

export function vitals(patient: MockPatient, hours: number): T.Vitals {
  if (patient.score === null) return { from: ago(hours), to: ago(0), series: [] };
  const step = hours / 25;
  const drift = patient.score;
  const make = (code: string, name: T.Text2, unit: string, base: number, slope: number, low: number, high: number): T.Series => ({
    code,
    name,
    unit,
    points: Array.from({ length: 24 }, (_, i) => {
      const raw = base + slope * drift * (i / 23) + Math.sin(i * 1.3) * base * 0.012;
      const value = unit === 'Cel' ? Math.round(raw * 10) / 10 : Math.round(raw);
      return { t: ago(hours - step * (i + 1)), value, text: null, flag: flagOf(value, low, high), reference: `Observation/${code}-${i}` };
    }),
  });
  const acvpu: T.Series = {
    code: '80288-4',
    name: both('Consciousness', '意识水平'),
    unit: '',
    points: [{ t: ago(0.3), value: null, text: drift > 8 ? 'C' : 'A', flag: drift > 8 ? 'A' : 'N', reference: 'Observation/c' }],
  };
  const oxygen: T.Series = {
    code: '3151-8',
    name: both('Inhaled oxygen', '吸氧流量'),
    unit: 'L/min',
    points: [{ t: ago(0.3), value: drift > 6 ? 4 : 0, text: null, flag: '', reference: 'Observation/o' }],
  };
  return {
    from: ago(hours),
    to: ago(0),
    series: [
      make('8867-4', both('Heart rate', '心率'), '/min', 78, 4, 51, 110),
      make('9279-1', both('Respiratory rate', '呼吸频率'), '/min', 15, 1, 12, 20),
      make('59408-5', both('Oxygen saturation', '血氧饱和度'), '%', 97, -0.6, 94, 100),
      make('8310-5', both('Temperature', '体温'), 'Cel', 36.9, 0.16, 36.1, 38),
      make('8480-6', both('Systolic pressure', '收缩压'), 'mm[Hg]', 128, -3.2, 100, 180),
      make('8462-4', both('Diastolic pressure', '舒张压'), 'mm[Hg]', 78, -1.8, 55, 100),
      acvpu,
      oxygen,
    ],
  };
}

const parameters = ['respiratory_rate', 'spo2', 'oxygen', 'systolic_pressure', 'pulse', 'consciousness', 'temperature'];
const shares = [2, 2, 0, 2, 2, 0, 1];

const scales: Record<string, T.Spo2Scale> = {};

export function setScale(id: string, body: { scale: number; reason: string }, user: string): T.Spo2Scale {
  const decision = { ...body, who: `user:${user}`, at: ago(0) };
  scales[id] = { ...decision, history: [decision, ...(scales[id]?.history ?? [])] };
  return scales[id];
}

export function news2(patient: MockPatient, hours: number): T.News2History {
  const top = patient.score;
  const points: T.News2Point[] = [];
  if (top !== null) {
    for (let i = 0; i < 12; i += 1) {
      const score = Math.round((top * i) / 11);
      points.push({
        t: ago(((hours - 0.3) * (11 - i)) / 11 + 0.3),
        score,
        complete: i !== 4,
        band: band(score),
        trend: i === 0 ? 'first' : 'rising',
        components: parameters.map((code, p) => ({
          code: `urn:mock:news2|${code}`.split('|')[1],
          name: code,
          value: ['24 /min', '92 %', 'air', '96 mmHg', '118 /min', 'A', '38.6 °C'][p],
          score: i === 4 && p === 6 ? null : Math.round((shares[p] * score) / 9),
        })),
        spo2_scale: 1,
        result: 'r1',
      });
    }
  }
  return { from: ago(hours), to: ago(0), points, spo2_scale: scales[patient.id] ?? { scale: 1, reason: null, who: null, at: null, history: [] } };
}

const labNames: Record<string, string> = { Sodium: '钠', Potassium: '钾', Creatinine: '肌酐', Glucose: '葡萄糖', Lactate: '乳酸', Haemoglobin: '血红蛋白' };

const lab = (id: string, name: string, number: number, unit: string, range: string, flag: T.Flag): T.LabObservation => ({
  id,
  code: id,
  name,
  name_zh: labNames[name] ?? '',
  value: String(number),
  number,
  unit,
  reference_range: range,
  flag,
  t: ago(3),
});

export const labs = () => ({
  reports: [
    {
      id: 'd1',
      code: '24323-8',
      name: 'Comprehensive metabolic panel',
      name_zh: '综合代谢组合',
      issued: ago(2.5),
      status: 'final',
      observations: [
        lab('l1', 'Sodium', 131, 'mmol/L', '135-145', 'L'),
        lab('l2', 'Potassium', 6.4, 'mmol/L', '3.5-5.1', 'HH'),
        lab('l3', 'Creatinine', 148, 'umol/L', '60-110', 'H'),
        lab('l4', 'Glucose', 5.4, 'mmol/L', '3.9-6.1', 'N'),
        lab('l5', 'Lactate', 4.1, 'mmol/L', '', 'A'),
      ],
    },
    { id: null, code: '', name: '', name_zh: '', issued: null, status: '', observations: [lab('l6', 'Haemoglobin', 68, 'g/L', '120-160', 'LL')] },
  ] satisfies T.LabReport[],
});

export const timeline = (): { items: T.TimelineItem[] } => ({
  items: [
    { t: ago(0.2), kind: 'task', title: both('Emergency response requested of ward 5B', '已请求 5B 病区紧急响应'), reference: 'Task/t1', flag: 'AA' },
    { t: ago(0.3), kind: 'result', title: both('NEWS2 10, high risk, rising', 'NEWS2 10 分，高风险，上升'), reference: 'Result/r1', flag: 'AA' },
    { t: ago(0.4), kind: 'vitals', title: both('Vital signs recorded', '已记录生命体征'), reference: 'Observation/1', flag: '' },
    { t: ago(0.8), kind: 'study', title: both('12-lead ECG', '12 导联心电图'), reference: 'Study/1.2.826.1', flag: '' },
    { t: ago(3), kind: 'lab', title: both('Comprehensive metabolic panel', '综合代谢检验'), reference: 'DiagnosticReport/d1', flag: 'HH' },
    { t: ago(26), kind: 'transfer', title: both('From 3A to 5B, bed 12', '由 3A 转入 5B 12 床'), reference: 'Encounter/e1', flag: '' },
    { t: ago(52), kind: 'admission', title: both('Admitted to 3A', '入住 3A'), reference: 'Encounter/e1', flag: '' },
  ],
});

export function studies(patient: MockPatient): { items: T.Study[] } {
  if (patient.score === null) return { items: [] };
  const series = (sop: string) => [
    { uid: `${sop}.0`, modality: 'ECG', description: 'Rest', instances: [{ sop, sop_class: '1.2.840.10008.5.1.4.1.1.9.1.1', received_at: ago(0.8) }] },
  ];
  return {
    items: [
      { uid: '1.2.826.1', date: ago(0.8).slice(0, 10), time: '06:10:00', description: '12-lead ECG', modality: 'ECG', accession: 'A100', instances: 1, series: series('1.2.826.1.1') },
      { uid: '1.2.826.2', date: ago(40).slice(0, 10), time: '09:31:00', description: '', modality: 'ECG', accession: '', instances: 1, series: series('1.2.826.2.1') },
    ],
  };
}

export const tasks = (patient: MockPatient): { items: T.CareTask[] } => ({
  items:
    (patient.score ?? 0) >= 5
      ? [
          {
            id: 't1',
            status: 'requested',
            priority: 'stat',
            created: ago(0.2),
            due: ago(-0.3),
            text: both('NEWS2 10, high risk. Emergency response: continuous monitoring, assessment within 30 minutes.', 'NEWS2 10 分，高风险。紧急抢救响应：持续监测，30 分钟内评估。'),
            owner: patient.ward,
            result: 'r1',
          },
        ]
      : [],
});

export { decide, result } from './mock_results.ts';
export { ago, both, parameters, shares };
