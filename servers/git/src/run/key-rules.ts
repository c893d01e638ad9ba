import type { Judgement, Rule } from "./judgement.ts";

const always = (value: string): Judgement => ({ how: "always", value });
const untrusted = (value: string): Judgement => ({ how: "untrusted", value });
const whereSet = (value: string): Judgement => ({ how: "where set", value });
const decided = (by: string): Judgement => ({ how: "decided", by });
const left = (because: string): Judgement => ({ how: "left", because });
const refused = (when: "changing" | "network"): Judgement => ({ how: "refused", when });

const noCommand = left("no tool runs the command that reads it");
const userOnly = left("git takes it from the user's files and from commands only");
const ownData = left("it changes nothing but how the repository's own data is kept or joined");

/**
 * What every key of git's configuration can do, and how it is judged; the first line that fits a key
 * counts. The test compares it with `git help -c`, and a repository that sets a key which the
 * installed git knows and this table does not is refused.
 */
export const keyRules: readonly Rule[] = [
  {
    can: "change what is printed",
    judged: always("false"),
    keys: "advice.detachedHead color.ui core.quotePath grep.column merge.stat",
  },
  { can: "change what is printed", judged: always("cat"), keys: "core.pager" },
  { can: "change what is printed", judged: always("dirty"), keys: "diff.ignoreSubmodules" },
  { can: "change what is printed", judged: always("short"), keys: "diff.submodule" },
  { can: "change what is printed", judged: always("true"), keys: "log.showRoot" },
  {
    can: "change what is printed",
    judged: always("UTF-8"),
    // Messages come and go as UTF-8: a commit that says otherwise would be unreadable.
    keys: "i18n.commitEncoding i18n.logOutputEncoding",
  },
  {
    can: "change how git works in the repository",
    judged: always("false"),
    keys: `core.useReplaceRefs fetch.recurseSubmodules http.followRedirects maintenance.auto
      push.followTags submodule.recurse`,
  },
  { can: "change how git works in the repository", judged: always("0"), keys: "gc.auto" },
  { can: "decide where data goes", judged: always("no"), keys: "push.recurseSubmodules" },
  // A transport whose other end says nothing for a minute gives up.
  {
    can: "change how git works in the repository",
    judged: always("1"),
    keys: "http.lowSpeedLimit",
  },
  {
    can: "change how git works in the repository",
    judged: always("60"),
    keys: "http.lowSpeedTime",
  },
  // The path guard confines directories; who owns them is the user's choice.
  { can: "name a file", judged: always("*"), keys: "safe.directory" },
  { can: "name a file", judged: always("explicit"), keys: "safe.bareRepository" },
  {
    can: "change how git works in the repository",
    judged: always("true"),
    keys: "user.useConfigOnly",
  },

  {
    can: "run a program",
    judged: untrusted("false"),
    // Signing is off, but a rebase under way keeps on disk that it signs.
    keys: `commit.gpgSign core.fsmonitor gpg.openpgp.program gpg.program gpg.ssh.program gpg.x509.program
      log.showSignature merge.verifySignatures push.gpgSign tag.forceSignAnnotated tag.gpgSign`,
  },
  {
    can: "run a program",
    judged: untrusted("true"),
    keys: "core.alternateRefsCommand core.editor sequence.editor",
  },
  {
    can: "run a program",
    judged: untrusted(""),
    keys: "core.askPass core.gitProxy credential.helper gpg.ssh.defaultKeyCommand",
  },
  { can: "run a program", judged: untrusted("openpgp"), keys: "gpg.format" },
  { can: "run a program", judged: untrusted("/dev/null"), keys: "core.hooksPath" },
  { can: "name a file", judged: untrusted(""), keys: "commit.template mailmap.file" },
  { can: "name a file", judged: untrusted("/dev/null"), keys: "diff.orderFile" },
  { can: "decide where data goes", judged: untrusted(""), keys: "push.pushOption" },
  // On Windows git takes these variables away from what it starts: those that keep it in bounds, too.
  {
    can: "change how git works in the repository",
    judged: untrusted(""),
    keys: "core.unsetenvvars",
  },
  {
    can: "change how git works in the repository",
    judged: untrusted("true"),
    keys: "core.protectHFS core.protectNTFS",
  },

  {
    can: "run a program",
    judged: whereSet(""),
    keys: `filter.*.clean filter.*.smudge filter.*.process branch.*.mergeOptions hook.*.event`,
  },
  { can: "run a program", judged: whereSet("false"), keys: "filter.*.required merge.*.driver" },
  { can: "run a program", judged: whereSet("true"), keys: "hook.*.command" },
  {
    can: "name a file",
    judged: { how: "emptied outside" },
    keys: "core.attributesFile core.excludesFile",
  },

  // A location of its own for the refs: `<format>://<path>`.
  {
    can: "name a file",
    judged: { how: "refused", when: "opening", value: /:\/\// },
    keys: "extensions.refStorage",
  },
  { can: "name a file", judged: { how: "refused outside" }, keys: "include.path" },
  { can: "name a file", judged: refused("changing"), keys: "includeIf.*.path" },
  {
    can: "name a file",
    judged: refused("network"),
    keys: `http.~cookieFile http.~saveCookies http.~ssl* http.~schannel* http.~pinnedPubkey
      fetch.fsck.skipList`,
  },
  {
    can: "decide where data goes",
    judged: refused("network"),
    // A group under a remote's name would be fetched instead of it, from addresses nobody checked.
    keys: `http.~proxy* http.~extraHeader http.~curloptResolve http.~followRedirects
      http.~delegation http.~emptyAuth http.~proactiveAuth fetch.bundleURI transfer.bundleURI
      promisor.acceptFromServer* promisor.storeFields remote.*.proxy* remotes.*`,
  },
  { can: "run a program", judged: refused("network"), keys: "remote.*.vcs" },

  {
    can: "run a program",
    judged: decided("--upload-pack and --receive-pack"),
    keys: "remote.*.uploadpack remote.*.receivepack",
  },
  {
    can: "run a program",
    judged: decided("GIT_SSH_COMMAND and GIT_SSH_VARIANT"),
    keys: "core.sshCommand ssh.variant",
  },
  {
    can: "run a program",
    judged: decided("--no-ext-diff and --no-textconv"),
    keys: "diff.external diff.*.command diff.*.textconv diff.*.cachetextconv",
  },
  { can: "run a program", judged: decided("no output to a terminal"), keys: "pager.*" },
  {
    can: "run a program",
    judged: decided("the check of `merge` attributes, and merge.*.driver"),
    keys: "merge.default merge.*.name merge.*.recursive",
  },
  { can: "name a file", judged: decided("--no-ignore-revs-file"), keys: "blame.ignoreRevsFile" },
  { can: "name a file", judged: decided("GIT_WORK_TREE, and a refusal"), keys: "core.worktree" },
  { can: "name a file", judged: decided("--template="), keys: "init.templateDir" },
  {
    can: "decide where data goes",
    judged: decided("the check of each remote's URL, as git rewrites it"),
    keys: `remote.*.url remote.*.pushurl url.*.insteadOf url.*.pushInsteadOf branch.*.remote
      branch.*.pushRemote remote.pushDefault`,
  },
  {
    can: "decide where data goes",
    judged: decided("GIT_ALLOW_PROTOCOL"),
    keys: `protocol.allow protocol.*.allow remote.*.promisor remote.*.partialclonefilter
      extensions.partialClone promisor.*`,
  },
  {
    can: "decide where data goes",
    judged: decided("the refspec and options of each command"),
    keys: `fetch.all fetch.prune fetch.pruneTags push.default push.autoSetupRemote remote.*.push
      remote.*.mirror remote.*.prune remote.*.pruneTags`,
  },
  {
    can: "change what is printed",
    judged: decided("options of each command"),
    keys: `blame.blankBoundary blame.coloring blame.date blame.mark* blame.show* clean.requireForce
      column.* commit.cleanup commit.status commit.verbose core.notesRef diff.colorMoved
      diff.colorMovedWS diff.context diff.dirstat diff.dstPrefix diff.mnemonicPrefix diff.noprefix
      diff.relative diff.srcPrefix diff.stat*Width diff.trustExitCode diff.*.trustExitCode
      diff.wordRegex diff.wsErrorHighlight fetch.output fetch.showForcedUpdates
      grep.extendedRegexp grep.fallbackToNoIndex grep.fullName grep.lineNumber grep.patternType
      log.abbrevCommit log.date log.decorate log.diffMerges log.excludeDecoration log.graph*
      log.initialDecorationSet log.mailmap notes.* pretty.* rebase.autoStash rebase.backend
      rebase.stat branch.autoSetup* checkout.guess merge.ff status.branch
      status.displayCommentPrefix status.relativePaths status.short status.showStash
      status.showUntrackedFiles status.submoduleSummary`,
  },

  {
    can: "run a program",
    judged: userOnly,
    keys: "uploadpack.packObjectsHook trace2.* safe.* gc.recentObjectsHook",
  },
  {
    can: "run a program",
    judged: noCommand,
    keys: `add.* alias.* am.* apply.* browser.* bundle.* completion.* credentialCache.*
      credentialStore.* diff.guitool diff.tool difftool.* fastimport.* format.* fsck.* fsmonitor.*
      gc.* gitcvs.* gitweb.* gui.* guitool.* help.* imap.* instaweb.* interactive.* mailinfo.*
      maintenance.* man.* merge.guitool merge.tool mergetool.* pull.* repack.* replay.* revert.*
      sendemail.* showBranch.* submodule.*.update tar.* trailer.* uploadarchive.* web.*`,
  },
  { can: "name a file", judged: noCommand, keys: "gpg.* user.signingKey submodule.*" },
  {
    can: "run a program",
    judged: left(
      "it is of the other end, where only --allow-protocols file runs a git of this machine",
    ),
    keys: "receive.* uploadpack.* uploadpackfilter.* lsrefs.*",
  },
  {
    can: "change what is printed",
    judged: left("it changes what is said to people, which is read only to explain a failure"),
    keys: "advice.* color.* sideband.* status.compareBranches transfer.credentialsInUrl",
  },
  {
    can: "change what is printed",
    judged: left("it is the owner's choice of how lines and files are matched"),
    keys: `branch.sort tag.sort diff.algorithm diff.autoRefreshIndex diff.indentHeuristic
      diff.interHunkContext diff.renameLimit diff.renames diff.suppressBlankEmpty diff.*.algorithm
      diff.*.binary diff.*.wordRegex diff.*.xfuncname grep.threads log.follow mailmap.blob
      status.aheadBehind status.renameLimit status.renames versionsort.*`,
  },
  {
    can: "change how git works in the repository",
    judged: left("it is who commits, which any commit may say"),
    keys: "author.* committer.* user.name user.email",
  },
  {
    can: "change how git works in the repository",
    judged: left("it is about a new repository, for which no repository's config is read"),
    keys: "clone.* init.*",
  },
  {
    can: "decide where data goes",
    judged: left("it changes how much is said to a remote that has been checked, not to whom"),
    keys: `credential.* fetch.bundleCreationToken fetch.followRemoteHEAD fetch.fsck.*
      fetch.fsckObjects fetch.hideRefs fetch.negotiationAlgorithm fetch.parallel fetch.unpackLimit
      fetch.writeCommitGraph http.~keepAlive* http.~lowSpeed* http.~maxRequests http.~maxRetr*
      http.~minSessions http.~noEPSV http.~postBuffer http.~retryAfter http.~userAgent
      http.~version http.<url>.* protocol.version push.negotiate push.useBitmaps
      push.useForceIfIncludes remote.*.advertisedAs remote.*.fetch remote.*.followRemoteHEAD
      remote.*.negotiation* remote.*.serverOption remote.*.skipDefaultUpdate
      remote.*.skipFetchAll remote.*.tagOpt transfer.advertiseObjectInfo transfer.advertiseSID
      transfer.fsckObjects transfer.hideRefs transfer.unpackLimit`,
  },
  {
    can: "change how git works in the repository",
    judged: ownData,
    keys: `attr.tree bitmapPseudoMerge.* branch.*.deleteMerged branch.*.description branch.*.merge
      branch.*.rebase checkout.defaultRemote checkout.thresholdForParallelism checkout.workers
      commitGraph.* core.abbrev core.alternateRefsPrefixes core.autocrlf core.bare
      core.bigFileThreshold core.checkRoundtripEncoding core.checkStat core.commentChar
      core.commentString core.commitGraph core.compression core.configLockTimeout
      core.createObject core.deltaBaseCacheLimit core.eol core.fileMode core.filesRefLockTimeout
      core.fsmonitorHookVersion core.fsync core.fsyncMethod core.fsyncObjectFiles
      core.hideDotFiles core.ignoreCase core.ignoreStat core.lockfilePid core.logAllRefUpdates
      core.looseCompression core.maxTreeDepth core.multiPackIndex core.packedGitLimit
      core.packedGitWindowSize core.packedRefsTimeout core.precomposeUnicode
      core.preferSymlinkRefs core.preloadIndex core.repositoryFormatVersion
      core.restrictinheritedhandles core.safecrlf core.sharedRepository core.sparseCheckout
      core.sparseCheckoutCone core.splitIndex core.symlinks core.trustctime core.untrackedCache
      core.warnAmbiguousRefs core.whitespace extensions.* feature.* hook.jobs hook.*.enabled
      hook.*.jobs hook.*.parallel index.* merge.autoStash merge.branchdesc merge.conflictStyle
      merge.defaultToUpstream merge.directoryRenames merge.log merge.renameLimit merge.renames
      merge.renormalize merge.suppressDest merge.verbosity pack.* rebase.abbreviateCommands
      rebase.autoSquash rebase.forkPoint rebase.instructionFormat rebase.maxLabelLength
      rebase.missingCommitsCheck rebase.rebaseMerges rebase.rescheduleFailedExec
      rebase.updateRefs reftable.* rerere.* sparse.* splitIndex.* stash.*
      worktree.guessRemote worktree.useRelativePaths`,
  },
];
