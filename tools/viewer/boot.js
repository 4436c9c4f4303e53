// What the index page of OHIF has as inline scripts, in a file of its own: so no inline script is allowed. And who is
// not signed in is sent to the pages, which know how to come back.
window.PUBLIC_URL = '/viewer/';
function browserImportFunction(name) {
  return import(name);
}
fetch('/api/session', { headers: { Accept: 'application/json' } }).then((answer) => {
  const study = new URLSearchParams(window.location.search).get('StudyInstanceUIDs');
  if (answer.status === 401) window.location.replace(study ? `/images?study=${encodeURIComponent(study)}` : '/');
});
