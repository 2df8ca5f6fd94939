namespace AgentSandbox.Server.Runtimes;

/// <summary>Keeps other servers out of a state directory, for as long as it is held; the kernel ends it with the process.</summary>
internal static class StateLock
{
    /// <summary>Makes the directory when it is missing.</summary>
    /// <exception cref="SandboxRuntimeException">Another server has it.</exception>
    public static FileStream Take(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new SandboxRuntimeException($"Another server uses {directory}: stop it, or choose another DATA_DIR.", e);
        }
    }
}
