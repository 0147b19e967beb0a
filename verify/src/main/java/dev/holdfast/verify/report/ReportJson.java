package dev.holdfast.verify.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializer;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * Findings as JSON and back: a figure has its kind beside its components, NaN is null, and a number in a cell of a
 * table is an Integer where it has no point and no exponent.
 */
public final class ReportJson {
    private static final String KIND = "kind";

    private static final JsonSerializer<Figure> FIGURE_OUT = (figure, type, context) -> {
        JsonObject object = new JsonObject();
        object.addProperty(KIND, figure.getClass().getSimpleName());
        context.serialize(figure, figure.getClass()).getAsJsonObject().asMap().forEach(object::add);
        return object;
    };

    private static final JsonDeserializer<Figure> FIGURE_IN = (json, type, context) -> {
        JsonElement kind = json.getAsJsonObject().get(KIND);
        return context.deserialize(json, kind.getAsString().equals("HeatMap") ? HeatMap.class : Lines.class);
    };

    private static final TypeAdapter<Double> NUMBER = new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            if (value != null && value.isInfinite()) {
                throw new IllegalArgumentException(
                        "a number of a report is " + value + ", expected a finite one or NaN");
            }
            out.value(value == null || value.isNaN() ? null : value);
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return Double.NaN;
            }
            return in.nextDouble();
        }
    };

    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .registerTypeAdapter(Figure.class, FIGURE_OUT)
            .registerTypeAdapter(Figure.class, FIGURE_IN)
            .registerTypeAdapter(double.class, NUMBER)
            .registerTypeAdapter(Double.class, NUMBER)
            .setObjectToNumberStrategy(in -> cell(in.nextString()))
            .create();

    private ReportJson() {}

    private static Number cell(String number) {
        return number.matches("-?\\d+") ? (Number) Integer.valueOf(number) : (Number) Double.valueOf(number);
    }

    /**
     * The JSON of a record, or of a list of records.
     *
     * @throws IllegalArgumentException if a number is infinite
     */
    public static String write(Object value) {
        return GSON.toJson(value) + "\n";
    }

    /** A record from its JSON. */
    public static <T> T read(String json, Class<T> type) {
        return GSON.fromJson(json, type);
    }
}
