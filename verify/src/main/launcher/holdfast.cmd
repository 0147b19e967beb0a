@echo off
rem Runs Holdfast's command line on the JDK 25 of JAVA_HOME, or of the PATH. HOLDFAST_OPTS adds options for the JVM.
setlocal
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -Xmx768m %HOLDFAST_OPTS% --module-path "%~dp0..\lib" --module dev.holdfast.verify/dev.holdfast.verify.cli.Main %*
exit /b %ERRORLEVEL%
