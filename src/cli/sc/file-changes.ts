import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { debounceTime, merge, Observable } from 'rxjs'

/** A file is often written in pieces, and a key after its certificate: changes count when it has been quiet so long. */
const SETTLE_MS = 250

/** How often files are looked at without being told: not every file system says when one changes. */
const POLL_MS = 60_000

/** That one of these files may have changed, and is worth a look. Cold; never completes. */
export const fileChanges = (files: readonly string[]): Observable<void> => {
  const folders = new Set(files.map(file => dirname(file)))
  return merge(...[...folders].map(folderChanges), polls$).pipe(debounceTime(SETTLE_MS))
}

/**
 * That something changed in a folder. The folder is watched and not the file, which a new one replaces when it is
 * written as it should be. One that cannot be watched, or is no more, is left to the polls.
 */
const folderChanges = (folder: string): Observable<void> =>
  new Observable(subscriber => {
    try {
      const watcher = watch(folder, { persistent: false }, () => subscriber.next())
      watcher.on('error', () => watcher.close())
      subscriber.add(() => watcher.close())
    } catch {
      // Not a failure: the polls see it later.
    }
  })

const polls$ = new Observable<void>(subscriber => {
  const timer = setInterval(() => subscriber.next(), POLL_MS).unref()
  return () => clearInterval(timer)
})
