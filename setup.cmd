@echo off
rem Sets pos_tui up in this folder, without administrator's rights, and opens the demo shop.
rem   setup.cmd till    sets up and opens this machine's own till instead
rem A folder "wheels" beside this file is installed from without a network.
setlocal
pushd "%~dp0"
if not exist .make\windows_setup.py goto part
set "POS_TUI_PYTHON="
call :try py -3
call :try python
call :try python3
if not defined POS_TUI_PYTHON goto none
%POS_TUI_PYTHON% .make\windows_setup.py %*
set "POS_TUI_CODE=%errorlevel%"
if not "%POS_TUI_CODE%"=="0" if not defined POS_TUI_QUIET pause
popd
exit /b %POS_TUI_CODE%

:try
if defined POS_TUI_PYTHON exit /b 0
%* -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if not errorlevel 1 set "POS_TUI_PYTHON=%*"
exit /b 0

:part
echo The other files of pos_tui are not beside setup.cmd. Unpack the whole archive into a folder,
echo or copy the whole folder, then start the setup.cmd that is in it.
if not defined POS_TUI_QUIET pause
popd
exit /b 2

:none
echo pos_tui needs Python 3.11 or later, 64 bit. Install it from https://www.python.org/downloads/windows/
echo ("Install for me only" needs no administrator's rights), then start setup.cmd again.
if not defined POS_TUI_QUIET pause
popd
exit /b 2
