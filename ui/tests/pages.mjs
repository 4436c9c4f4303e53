// The pages that are walked through for accessibility and screenshots: [name, address], by who may open them.
export const operatorPages = [
  ['system', '/system'],
  ['system-messages', '/system?tab=messages'],
  ['system-quarantine', '/system?tab=quarantine'],
  ['system-conflicts', '/system?tab=conflicts'],
  ['system-custody', '/system?tab=custody'],
  ['system-deletions', '/system?tab=deletions'],
  ['system-peers', '/system?tab=peers'],
  ['system-bulk', '/system?tab=bulk'],
  ['system-dead', '/system?tab=dead'],
  ['system-merges', '/system?tab=merges'],
  ['audit', '/audit'],
  ['users', '/users'],
  ['about', '/about'],
];

export function clinicalPages({ patient, ecg, news2, study }) {
  const pages = [
    ['worklist', '/worklist'],
    ['patients', '/patients'],
    ['studies', '/studies'],
    ['conflicts', '/conflicts'],
    ['record', '/record?type=Patient&query=_sort%3Dname'],
    ['identity', '/identity'],
    ['not-found', '/no-such-page'],
  ];
  if (patient) {
    const base = `/patients/${patient.id}`;
    for (const view of ['json', 'versions', 'links']) {
      pages.push([`record-${view}`, `/record?open=Patient/${patient.id}&view=${view}`]);
    }
    pages.push(['patient', base]);
    for (const tab of ['chart', 'sheet', 'labs', 'results', 'studies', 'timeline']) pages.push([`patient-${tab}`, `${base}?tab=${tab}`]);
  }
  if (ecg) {
    pages.push(['patient-ecg', `/patients/${ecg.patient.id}?tab=ecg`]);
    pages.push(['ecg', `/ecg?sop=${ecg.study.sop}`]);
    pages.push(['result-ecg', `/results/${ecg.id}`]);
  }
  if (study) {
    pages.push(['study', `/study?uid=${study.uid}`]);
    pages.push(['study-receipts', `/study?uid=${study.uid}&series=${study.series[0].uid}`]);
  }
  if (news2) pages.push(['result-news2', `/results/${news2.id}`]);
  return pages;
}
