;;; defermod.el --- Find and fix Go defers that pile up in loops -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "27.1"))

;;; Commentary:

;; Install:
;;   1. pip install defermod
;;   2. copy this file to a directory of `load-path'
;;   3. (require 'defermod) (add-hook 'go-mode-hook #'defermod-flymake-setup)
;;
;; The findings appear through Flymake, beside those of gopls; `defermod-fix' applies the safe fixes to the buffer,
;; or to the lines of the region.  With Eglot and nothing else for Go, `defermod-eglot-setup' starts the language
;; server in gopls's place.

;;; Code:

(require 'flymake)

(defgroup defermod nil "Go defers that pile up in loops." :group 'tools)

(defcustom defermod-command "defermod" "The program." :type 'string)

(defvar-local defermod--process nil "The check under way in this buffer.")

(defun defermod--file ()
  "The name by which the program knows this buffer."
  (or (buffer-file-name) (expand-file-name "buffer.go")))

(defun defermod--diagnostics (source)
  "The diagnostics on SOURCE in the output that is this buffer."
  (let (found)
    (goto-char (point-min))
    (while (re-search-forward "^.+?:\\([0-9]+\\):[0-9]+: \\(.*\\)$" nil t)
      (let* ((line (string-to-number (match-string 1)))
             (message (match-string 2))
             (region (with-current-buffer source (flymake-diag-region source line)))
             (kind (if (string-match-p "\\[refused" message) :note :warning)))
        (push (flymake-make-diagnostic source (car region) (cdr region) kind message) found)))
    (nreverse found)))

(defun defermod-flymake (report-fn &rest _)
  "Tell REPORT-FN, for Flymake, about the buffer as it is, saved or not."
  (unless (executable-find defermod-command)
    (error "Cannot find %s" defermod-command))
  (when (process-live-p defermod--process)
    (kill-process defermod--process))
  (let ((source (current-buffer))
        (coding-system-for-read 'utf-8-unix)
        (coding-system-for-write 'utf-8-unix))
    (save-restriction
      (widen)
      (setq defermod--process
            (make-process
             :name "defermod" :noquery t :connection-type 'pipe
             :buffer (generate-new-buffer " *defermod*")
             :command (list defermod-command "check" "-" "--stdin-filename" (defermod--file)
                            "--output-format" "concise")
             :sentinel
             (lambda (process _event)
               (when (memq (process-status process) '(exit signal))
                 (unwind-protect
                     (when (and (buffer-live-p source)
                                (eq process (buffer-local-value 'defermod--process source)))
                       (with-current-buffer (process-buffer process)
                         (funcall report-fn (defermod--diagnostics source))))
                   (kill-buffer (process-buffer process)))))))
      (process-send-region defermod--process (point-min) (point-max))
      (process-send-eof defermod--process))))

;;;###autoload
(defun defermod-flymake-setup ()
  "Show the findings in this buffer through Flymake."
  (add-hook 'flymake-diagnostic-functions #'defermod-flymake nil t)
  (flymake-mode 1))

;;;###autoload
(defun defermod-fix (&optional first last)
  "Apply the safe fixes to the buffer.
With a region, only those of defers on its lines, FIRST to LAST."
  (interactive
   (when (use-region-p)
     (list (line-number-at-pos (region-beginning) t) (line-number-at-pos (region-end) t))))
  (let ((output (generate-new-buffer " *defermod-fix*"))
        (errors (make-temp-file "defermod"))
        (lines (and first (list "--lines" (format "%d-%d" first last))))
        (coding-system-for-read 'utf-8-unix)
        (coding-system-for-write 'utf-8-unix))
    (unwind-protect
        (let ((status (save-restriction
                        (widen)
                        (apply #'call-process-region nil nil defermod-command nil (list output errors) nil
                               "fix" "-" "--stdin-filename" (defermod--file) lines))))
          (if (eql status 0)
              (save-restriction
                (widen)
                (replace-buffer-contents output))
            (message "%s" (with-temp-buffer (insert-file-contents errors) (string-trim (buffer-string))))))
      (kill-buffer output)
      (delete-file errors))))

(defvar eglot-server-programs)

;;;###autoload
(defun defermod-eglot-setup ()
  "Let Eglot start the language server of defermod for Go.
It needs the extra lsp."
  (with-eval-after-load 'eglot
    (add-to-list 'eglot-server-programs `((go-mode go-ts-mode) . (,defermod-command "lsp")))))

(provide 'defermod)
;;; defermod.el ends here
