// MOCK: the full form of a result and what people decided about it.
import type * as T from '../src/api/types.ts';
import { ago, applications, both, items, parameters, shares } from './mock_data.ts';
import { mockBeats, mockMedian } from './mock_ecg.ts';

const decisions = new Map<string, { feedback: T.Result['feedback']; history: T.Result['history'] }>();

const finding = (code: string, en: string, zh: string, value: number | string | null, unit: string, more: Partial<T.Finding> = {}): T.Finding => ({
  code: { system: 'http://loinc.org', code, display: en },
  name: both(en, zh),
  value,
  value_code: null,
  unit,
  state: 'measured',
  reason: '',
  reference: null,
  flag: '',
  confidence: null,
  method: '',
  components: [],
  ...more,
});

const ecgFindings = (): T.Finding[] => [
  finding('76282-3', 'Heart rate.beat-to-beat by EKG', '', 73, '/min', { reference: { low: 50, high: 100 }, flag: 'N', method: 'mean RR' }),
  finding('rhythm-regularity', 'Regularity of the rhythm', '', 'regular', '', { flag: 'N' }),
  finding('8625-6', 'PR interval', 'PR 间期', 165, 'ms', { reference: { low: 120, high: 200 }, flag: 'N' }),
  finding('8633-0', 'QRS duration', 'QRS 时限', 97, 'ms', { reference: { low: 70, high: 110 }, flag: 'N' }),
  finding('8634-8', 'QT interval', 'QT 间期', 405, 'ms'),
  finding('76635-2', 'QTc Bazett', '', 447, 'ms', { reference: { low: 350, high: 440 }, flag: 'H', method: 'Bazett 1920' }),
  finding('76634-5', 'QTc Fridericia', '', 431, 'ms', { reference: { low: 350, high: 450 }, flag: 'N', method: 'Fridericia 1920' }),
  finding('8632-2', 'QRS axis', 'QRS 电轴', 48, 'deg', { reference: { low: -30, high: 90 }, flag: 'N' }),
  finding('8638-9', 'T axis', 'T 电轴', null, 'deg', { state: 'cannot_tell', reason: 'fewer than three beats of one shape' }),
];

const news2Finding = (score: number): T.Finding =>
  finding('1104051000000101', 'NEWS2 total score', 'NEWS2 总分', score, '{score}', {
    flag: score >= 7 ? 'AA' : score >= 5 ? 'A' : 'N',
    method: 'NEWS2, Royal College of Physicians 2017',
    components: parameters.map((code, i) =>
      finding(code, `NEWS2 points: ${code.replaceAll('_', ' ')}`, `NEWS2 得分：${code}`, Math.round((shares[i] * score) / 9), '{score}'),
    ),
  });

const parts: [string, string, number | string | null, string][] = [
  ['Respiratory rate', '呼吸频率', 24, '/min'],
  ['Oxygen saturation', '血氧饱和度', 92, '%'],
  ['Air or oxygen', '空气或吸氧', 'air', ''],
  ['Systolic blood pressure', '收缩压', 96, 'mm[Hg]'],
  ['Pulse', '脉搏', 118, '/min'],
  ['Consciousness', '意识水平', 'A', ''],
  ['Temperature', '体温', null, 'Cel'],
];

const news2Evidence = (score: number) => ({
  news2: {
    score,
    complete: false,
    scale: 1,
    components: parts.map(([en, zh, value, unit], i) => ({
      parameter: parameters[i],
      name: both(en, zh),
      value,
      unit,
      score: value === null ? null : Math.round((shares[i] * score) / 9),
      at: value === null ? null : ago(0.3),
      reason: value === null ? 'not recorded' : '',
      reason_zh: value === null ? '未记录' : '',
    })),
    caveats: [],
    credit: 'National Early Warning Score (NEWS) 2, Royal College of Physicians, London 2017',
  },
});

export function result(id: string): T.Result | undefined {
  const item = items.find((one) => one.id === id);
  if (!item) return undefined;
  const { news2, ...shared } = item;
  const ecg = item.application.id === 'resting-ecg';
  const application = applications.find((one) => one.id === item.application.id)!;
  const score = news2?.score ?? 0;
  const urgent = !ecg && score >= 5;
  const decided = decisions.get(id);
  return {
    ...shared,
    application: { ...item.application, intended_use: application.intended_use, model_digests: [] },
    about: item.created,
    findings: ecg ? ecgFindings() : [news2Finding(score)],
    risk: urgent
      ? { outcome: 'Acute clinical deterioration', qualitative: 'NEWS2 high clinical risk', rationale: both('Respiratory rate 24/min scores 2; SpO2 92 % scores 2.', '呼吸频率 24 次/分计 2 分；SpO₂ 92 % 计 2 分。') }
      : null,
    escalation: urgent
      ? { priority: item.priority, text: both('Emergency response. Monitor continuously; a critical care team assesses within 30 minutes.', '紧急抢救响应。持续监测；重症团队 30 分钟内评估。'), ward: item.patient.ward ?? '', due: ago(-0.3) }
      : null,
    evidence: ecg ? { ecg: { beats: mockBeats(), median: mockMedian() } } : news2Evidence(score),
    inputs: [
      { reference: ecg ? 'sop:1.2.826.1.1' : 'Observation/4f2a', label: ecg ? '12-lead ECG' : 'Vital signs', digest: '9f3c5ab0e1'.repeat(6) + '9f3c' },
    ],
    outputs: [{ reference: 'Observation/77aa' }, { reference: ecg ? 'DiagnosticReport/81bc' : 'RiskAssessment/90ef' }],
    read: null,
    feedback: decided?.feedback ?? null,
    history: decided?.history ?? [],
    limits: [
      { en: 'Not for patients under 16 years of age.', zh: '不适用于 16 岁以下患者。' },
      { en: 'Not for pregnant patients.', zh: '不适用于孕妇。' },
    ],
  };
}

const statusAfter: Record<string, T.ResultStatus> = { accept: 'accepted', edit: 'edited', reject: 'rejected' };

export function decide(id: string, body: { action: string; reason?: string; edits?: T.FeedbackEdit[] }, who: string) {
  const item = items.find((one) => one.id === id);
  if (!item) return;
  const entry = { action: body.action as T.FeedbackAction, reason: body.reason ?? '', who, at: new Date().toISOString() };
  const history = [...(decisions.get(id)?.history ?? []), entry];
  decisions.set(id, { feedback: { ...entry, edits: body.edits ?? [] }, history });
  item.status = statusAfter[body.action];
}
