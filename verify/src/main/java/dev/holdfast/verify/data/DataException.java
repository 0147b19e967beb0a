package dev.holdfast.verify.data;

/** A file that is not what it should be: the message names the file, what was found and what was expected. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
